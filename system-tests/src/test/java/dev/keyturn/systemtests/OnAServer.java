package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.testserver.TestServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests of runs that go through a Temporal server: one process asks, another works, a third looks on. The server is the SDK's
 * own, or with {@code -Dkeyturn.temporal=host:port} a real one that nobody else uses.
 */
abstract class OnAServer extends OnOneDrill {
    static final Spot BEFORE_SWITCH = new Spot("promote switch main", Moment.BEFORE);
    static final Spot IN_SWITCH = new Spot("promote switch main", Moment.MIDDLE);
    static final Spot AFTER_SWITCH = new Spot("promote switch main", Moment.AFTER);
    static final Spot BEFORE_REDEPLOY = new Spot("promote redeploy app", Moment.BEFORE);
    static final Spot COMMITTED = new Spot("withdraw narrow main", Moment.BEFORE);

    /** Exit codes, as the README lists them. */
    static final int DONE = 0;

    static final int ROLLED_BACK = 1;
    static final int REFUSED = 3;
    static final int UNSETTLED = 5;
    static final int KILLED = 137;

    private Closeable server = () -> {};
    protected Map<String, String> variables;

    @BeforeEach
    void startServer() throws IOException {
        String address = System.getProperty("keyturn.temporal", "");
        if (address.isEmpty()) {
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            server = TestServer.createPortBoundServer(port);
            address = "127.0.0.1:" + port;
        }
        variables = Map.of("TEMPORAL_ADDRESS", address, "TEMPORAL_NAMESPACE", "default");
        remove("there");
        remove("go");
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    KeyturnProcess keyturn(Drill of, String... words) {
        return KeyturnProcess.start(of, variables, words);
    }

    KeyturnProcess worker() {
        return keyturn(drill, "worker");
    }

    KeyturnProcess workerWaitingAt(Spot spot) {
        return KeyturnProcess.startWith(Faults.Kind.PAUSE, spot, drill, variables, "worker");
    }

    /** The first of the spots turns the run round, at the second the worker waits. */
    KeyturnProcess workerThatTurnsRound(Spot turning, Spot spot) {
        return KeyturnProcess.startThatTurnsRound(turning, spot, drill, variables, "worker");
    }

    KeyturnProcess rotation(Drill of) {
        return keyturn(of, "rotate", "--yes", "--no-backup");
    }

    KeyturnProcess rotation() {
        return rotation(drill);
    }

    /** What a command prints that ends by itself. */
    String told(int exit, String... words) {
        try (KeyturnProcess command = keyturn(drill, words)) {
            assertThat(command.awaitEnd()).as(command.output()).isEqualTo(exit);
            return command.output();
        }
    }

    static void assertEnds(KeyturnProcess process, int exit) {
        assertThat(process.awaitEnd()).as(process.output()).isEqualTo(exit);
    }

    void remove(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    void awaitThere(KeyturnProcess... processes) {
        try {
            Target.await(() -> Files.exists(file("there")));
        } catch (AssertionError e) {
            StringBuilder said = new StringBuilder("the worker did not come to its spot: ");
            for (KeyturnProcess process : processes) {
                said.append(process.output()).append("; ");
            }
            throw new AssertionError(said.toString(), e);
        }
    }

    String openRun() {
        return drill.state().openRun().orElseThrow().id();
    }
}
