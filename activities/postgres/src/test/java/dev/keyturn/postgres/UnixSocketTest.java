package dev.keyturn.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Unix socket does what the driver relies on in one of TCP. */
@Timeout(30)
class UnixSocketTest {
    private ServerSocketChannel listener;
    private Socket client;
    private SocketChannel server;

    @BeforeEach
    void connect(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("socket");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file));
        client = new UnixSocketFactory(file.toString()).createSocket();
        assertThat(client.isConnected()).isFalse();
        client.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1), 1);
        server = listener.accept();
        assertThat(client.isConnected()).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void aReadEndsWithItsTimeOutAndTheNextOneStillReads() throws IOException {
        client.setSoTimeout(50);
        InputStream in = client.getInputStream();
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        server.write(ByteBuffer.wrap(new byte[] {(byte) 200}));
        assertThat(in.read()).isEqualTo(200);
        assertThat(client.getSoTimeout()).isEqualTo(50);
    }

    @Test
    void whatDoesNotFitIntoTheKernelsBufferIsSentWhenThereIsRoom() throws Exception {
        byte[] much = new byte[4 * 1024 * 1024];
        new Random(1).nextBytes(much);
        CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
            try {
                return Channels.newInputStream(server).readNBytes(much.length);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        client.getOutputStream().write(much);
        assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(much);
    }

    @Test
    void theEndOfTheOtherSideIsTheEndOfTheStream() throws IOException {
        server.close();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void closingItEndsTheWaitOfAnotherThread() throws Exception {
        Waiting waiting = new Waiting(client.getInputStream());
        client.close();
        assertThat(waiting.end()).isInstanceOf(SocketException.class);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void anInterruptedThreadDoesNotGoOnWaiting() throws Exception {
        Waiting waiting = new Waiting(client.getInputStream());
        waiting.thread.interrupt();
        assertThat(waiting.end()).isInstanceOf(ClosedByInterruptException.class);
    }

    /** A thread that reads for ever. */
    private static final class Waiting {
        private final CompletableFuture<IOException> end = new CompletableFuture<>();
        private final Thread thread;

        Waiting(InputStream in) throws InterruptedException {
            thread = new Thread(() -> {
                try {
                    end.complete(new IOException("read " + in.read()));
                } catch (IOException e) {
                    end.complete(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            while (Arrays.stream(thread.getStackTrace())
                    .noneMatch(frame -> frame.getMethodName().equals("select"))) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        IOException end() throws Exception {
            return end.get(20, TimeUnit.SECONDS);
        }
    }
}
