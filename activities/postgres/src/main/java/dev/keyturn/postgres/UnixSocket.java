package dev.keyturn.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A Unix domain socket as the driver wants it, which asks for a {@link Socket}, while the JDK has channels alone (JEP 380). Never blocks
 * in the channel, because a read of the driver must end with its time-out. What only TCP has is taken and means nothing.
 *
 * <p>For one thread at a time; another may close it.
 */
final class UnixSocket extends Socket {
    private static final int BUFFER = 64 * 1024;

    private final Path file;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private volatile int timeoutMillis;

    /** Not yet connected. */
    UnixSocket(Path file) throws IOException {
        this.file = file;
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            selector = Selector.open();
            key = channel.register(selector, 0);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void connect(SocketAddress instead) throws IOException {
        connect(instead, 0);
    }

    /**
     * Connects to the file, whatever the driver takes for the address. Ends at once: over a file there is no network to wait for.
     *
     * @throws ConnectException if so many others wait to be let in that there is no place to wait
     */
    @Override
    public void connect(SocketAddress instead, int timeout) throws IOException {
        if (!channel.connect(UnixDomainSocketAddress.of(file))) {
            throw new ConnectException("no place in the queue");
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                Objects.checkFromIndexSize(at, length, into.length);
                return length == 0 ? 0 : receive(ByteBuffer.wrap(into, at, length));
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                send(ByteBuffer.wrap(new byte[] {(byte) one}));
            }

            @Override
            public void write(byte[] from, int at, int length) throws IOException {
                send(ByteBuffer.wrap(from, at, length));
            }
        };
    }

    private int receive(ByteBuffer into) throws IOException {
        long began = System.nanoTime();
        while (true) {
            int received = channel.read(into);
            if (received != 0) {
                return received;
            }
            long left = 0;
            if (timeoutMillis > 0) {
                left = timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing within " + timeoutMillis + " ms");
                }
            }
            await(SelectionKey.OP_READ, left);
        }
    }

    private void send(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (channel.write(from) == 0) {
                await(SelectionKey.OP_WRITE, 0);
            }
        }
    }

    private void await(int operation, long millis) throws IOException {
        try {
            key.interestOps(operation);
            selector.select(millis);
            selector.selectedKeys().clear();
        } catch (CancelledKeyException | ClosedSelectorException e) {
            throw new SocketException("closed meanwhile");
        }
        // Or an interrupted thread, for which select does not wait, would go round and round.
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
    }

    /** Ends a wait of another thread, too. */
    @Override
    public synchronized void close() throws IOException {
        channel.close();
        selector.close();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public int getSendBufferSize() {
        return BUFFER;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // There is no TCP.
    }

    @Override
    public void setKeepAlive(boolean on) {
        // There is no TCP.
    }
}
