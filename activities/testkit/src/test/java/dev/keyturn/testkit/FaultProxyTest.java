package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    private final AtomicInteger served = new AtomicInteger();
    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::acceptAndEcho);
        proxy = FaultProxy.to("127.0.0.1", server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void itPassesEverythingOn() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, "one")).isEqualTo("one");
            assertThat(ask(client, "two")).isEqualTo("two");
            assertThat(proxy.requests()).isEqualTo(2);
            assertThat(proxy.hasCut()).isFalse();
        }
    }

    @Test
    void refusingShutsThePortAndCutsWhatIsOpenUntilPassed() throws IOException {
        try (Socket client = connect()) {
            ask(client, "one");
            proxy.refuse();
            assertGone(client);
            assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
        }
        proxy.pass();
        try (Socket again = connect()) {
            assertThat(ask(again, "two")).isEqualTo("two");
        }
    }

    @Test
    void hangingTakesConnectionsAndSaysNothingUntilPassed() throws IOException {
        try (Socket old = connect()) {
            ask(old, "one");
            proxy.hang();
            try (Socket fresh = connect()) {
                for (Socket client : new Socket[] {old, fresh}) {
                    client.setSoTimeout(200);
                    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(client, "late"));
                    client.setSoTimeout(10_000);
                }
                assertThat(served).hasValue(1);
                proxy.pass();
                assertThat(answer(old, 4)).isEqualTo("late");
                assertThat(answer(fresh, 4)).isEqualTo("late");
            }
        }
    }

    @Test
    void cutBeforeARequestTheServerNeverSeesIt() throws IOException {
        proxy.cutBeforeRequest(2);
        try (Socket client = connect()) {
            assertThat(ask(client, "one")).isEqualTo("one");
            client.getOutputStream().write("two".getBytes(UTF_8));
            assertGone(client);
        }
        assertThat(proxy.hasCut()).isTrue();
        assertThat(served).hasValue(1);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
    }

    @Test
    void cutBeforeAReplyTheServerHasActed() throws IOException {
        proxy.cutBeforeReply(2);
        try (Socket client = connect()) {
            assertThat(ask(client, "one")).isEqualTo("one");
            client.getOutputStream().write("two".getBytes(UTF_8));
            assertGone(client);
        }
        assertThat(proxy.hasCut()).isTrue();
        assertThat(served).hasValue(2);
        proxy.pass();
        assertThat(proxy.hasCut()).isFalse();
        try (Socket again = connect()) {
            assertThat(ask(again, "three")).isEqualTo("three");
        }
    }

    @Test
    void requestsAreCountedOverAllConnections() throws IOException {
        proxy.cutBeforeReply(2);
        try (Socket first = connect();
                Socket second = connect()) {
            assertThat(ask(first, "one")).isEqualTo("one");
            second.getOutputStream().write("two".getBytes(UTF_8));
            assertGone(second);
            assertGone(first);
        }
    }

    @Test
    void aFarewellWithoutAnAnswerIsCutToo() throws IOException {
        proxy.cutBeforeReply(1);
        try (Socket client = connect()) {
            client.getOutputStream().write("bye".getBytes(UTF_8));
        }
        assertThat(Eventually.holds(proxy::hasCut)).isTrue();
    }

    @Test
    void cutAfterSomeBytesTheyStillArrive() throws IOException {
        proxy.cutAfter(5);
        try (Socket client = connect()) {
            assertThat(ask(client, "one")).isEqualTo("one");
            client.getOutputStream().write("two".getBytes(UTF_8));
            assertThat(answer(client, 3)).isEqualTo("tw");
            assertThat(proxy.hasCut()).isTrue();
        }
    }

    @Test
    void delayingTakesTheTimeForEachDirection() throws IOException {
        proxy.delay(Duration.ofMillis(100));
        try (Socket client = connect()) {
            long start = System.nanoTime();
            assertThat(ask(client, "one")).isEqualTo("one");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void closedItIsGoneWithEveryConnection() throws IOException {
        try (Socket client = connect()) {
            proxy.hang();
            client.getOutputStream().write("one".getBytes(UTF_8));
            proxy.close();
            proxy.close();
            assertGone(client);
            assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(proxy.endpoint().host(), proxy.endpoint().port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String ask(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
        return answer(client, text.length());
    }

    private static String answer(Socket client, int length) throws IOException {
        return new String(client.getInputStream().readNBytes(length), UTF_8);
    }

    private static void assertGone(Socket client) throws IOException {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            // Reset is gone too; a time-out is another exception.
        }
    }

    private void acceptAndEcho() {
        try {
            while (true) {
                Socket client = server.accept();
                daemon(() -> echo(client));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private void echo(Socket client) {
        byte[] buffer = new byte[100];
        try (client) {
            for (int n; (n = client.getInputStream().read(buffer)) > 0; ) {
                if (new String(buffer, 0, n, UTF_8).equals("bye")) {
                    return;
                }
                served.incrementAndGet();
                client.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // Cut: what the tests are about.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }
}
