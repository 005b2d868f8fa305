package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Header;
import dev.keyturn.steps.store.State;
import io.temporal.testserver.TestServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that go through a Temporal server: one process asks, another works, a third looks on; each may die. The server is the
 * SDK's own, or with {@code -Dkeyturn.temporal=host:port} a real one that nobody else uses.
 */
class ServerModeTest extends OnOneDrill {
    private static final Spot IN_SWITCH = new Spot("promote switch main", Moment.MIDDLE);
    private static final Spot AFTER_SWITCH = new Spot("promote switch main", Moment.AFTER);
    private static final Spot COMMITTED = new Spot("withdraw narrow main", Moment.BEFORE);

    /** Exit codes, as the README lists them. */
    private static final int DONE = 0;

    private static final int ROLLED_BACK = 1;
    private static final int REFUSED = 3;
    private static final int UNSETTLED = 5;
    private static final int KILLED = 137;

    private Closeable server = () -> {};
    private Map<String, String> variables;

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

    private KeyturnProcess keyturn(Drill of, String... words) {
        return KeyturnProcess.start(of, variables, words);
    }

    private KeyturnProcess worker() {
        return keyturn(drill, "worker");
    }

    private KeyturnProcess workerWaitingAt(Spot spot) {
        return KeyturnProcess.startWith(Faults.Kind.PAUSE, spot, drill, variables, "worker");
    }

    private KeyturnProcess rotation(Drill of) {
        return keyturn(of, "rotate", "--yes", "--no-backup");
    }

    private KeyturnProcess rotation() {
        return rotation(drill);
    }

    /** What a command prints that ends by itself. */
    private String told(int exit, String... words) {
        try (KeyturnProcess command = keyturn(drill, words)) {
            assertThat(command.awaitEnd()).as(command.output()).isEqualTo(exit);
            return command.output();
        }
    }

    private static void assertEnds(KeyturnProcess process, int exit) {
        assertThat(process.awaitEnd()).as(process.output()).isEqualTo(exit);
    }

    private Path file(String name) {
        return drill.system().folder().resolve(name);
    }

    private void remove(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    private void awaitThere(KeyturnProcess... processes) {
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

    private void letGo() {
        try {
            Files.createFile(file("go"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String openRun() {
        return drill.state().openRun().orElseThrow().id();
    }

    @Test
    void aRunGoesThroughTheWorker() {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess worker = workerWaitingAt(IN_SWITCH);
                KeyturnProcess client = rotation()) {
            awaitThere(worker, client);
            assertThat(drill.state().header().holder().map(Header.Holder::pid))
                    .as("who does the work")
                    .hasValue(worker.pid());

            letGo();
            assertEnds(client, DONE);
            assertThat(client.output()).contains("everybody is on the new values");
        }
        drill.assertMovedOn(before);
    }

    @Test
    void aWorkerMayBeStartedBeforeThereIsAStore(@TempDir Path folder) {
        try (Drill fresh = Drill.notImported(folder, Map.of());
                KeyturnProcess worker = keyturn(fresh, "worker")) {
            Target.await(() -> Files.exists(folder.resolve(".keyturn/prod/state")));
            try (KeyturnProcess client = keyturn(fresh, "import", "--yes", "--no-backup")) {
                assertThat(client.awaitEnd())
                        .as(client.output() + worker.output())
                        .isEqualTo(DONE);
            }
            Drill.Picture before = fresh.picture();
            try (KeyturnProcess client = rotation(fresh)) {
                assertEnds(client, DONE);
            }
            fresh.assertMovedOn(before);
        }
    }

    @Test
    void ofTwoStartersOneRunsAndTheOtherLearnsWhichRunHoldsTheLock() {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess worker = workerWaitingAt(IN_SWITCH);
                KeyturnProcess first = rotation()) {
            awaitThere(worker, first);

            assertThat(told(REFUSED, "rotate", "--yes", "--no-backup")).contains(openRun());
            assertThat(told(REFUSED, "repair", "--yes")).contains("rotation/prod", openRun());

            letGo();
            assertEnds(first, DONE);
        }
        drill.assertMovedOn(before);
    }

    @Test
    void statusOfAnotherProcessShowsTheProgress() {
        try (KeyturnProcess worker = workerWaitingAt(IN_SWITCH);
                KeyturnProcess client = rotation()) {
            awaitThere(worker, client);

            assertThat(told(DONE, "status"))
                    .contains(
                            "Temporal at " + variables.get("TEMPORAL_ADDRESS") + ", namespace default",
                            openRun(),
                            "process " + worker.pid())
                    .containsPattern("is at +switch 4 accounts on main");

            letGo();
            assertEnds(client, DONE);
        }
        assertThat(told(DONE, "status")).contains("Temporal at ").doesNotContain("is at");
    }

    @Test
    void anAbortFromAnotherProcessReachesTheRun() {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess worker = workerWaitingAt(IN_SWITCH);
                KeyturnProcess client = rotation()) {
            awaitThere(worker, client);

            assertThat(told(DONE, "abort", "--reason", "a test wants it")).contains(openRun());
            letGo();

            assertEnds(client, ROLLED_BACK);
            assertThat(client.output()).contains("aborted: a test wants it");
        }
        drill.assertBackAt(before);
    }

    @Test
    void anAbortFromAnotherProcessIsRefusedAfterTheCommitPoint() {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess worker = workerWaitingAt(COMMITTED);
                KeyturnProcess client = rotation()) {
            awaitThere(worker, client);

            assertThat(told(REFUSED, "abort")).contains("has committed", "forward only");
            letGo();

            assertEnds(client, DONE);
        }
        drill.assertMovedOn(before);
    }

    /** Seeds: durable resume. */
    @Test
    void aWorkerKilledAfterTheSwitchIsReplacedByAnotherThatResumesTheSameRun() {
        Drill.Picture before = drill.picture();
        int runs = drill.state().runs().size();
        try (KeyturnProcess client = rotation()) {
            try (KeyturnProcess doomed =
                    KeyturnProcess.startWith(Faults.Kind.KILL, AFTER_SWITCH, drill, variables, "worker")) {
                assertEnds(doomed, KILLED);
            }
            State left = drill.state();
            assertThat(told(REFUSED, "rotate", "--yes", "--no-backup")).contains(openRun());
            try (KeyturnProcess another = worker()) {
                assertThat(client.awaitEnd())
                        .as(client.output() + another.output())
                        .isEqualTo(DONE);
            }
            assertThat(client.output()).contains(left.openRun().orElseThrow().id());
            assertThat(drill.state().versions()).as("versions").hasSameSizeAs(left.versions());
        }
        assertThat(drill.state().runs()).as("runs").hasSize(runs + 1);
        drill.assertMovedOn(before);
    }

    @Test
    void aWorkerThatIsSentTermFinishesItsStepAndTheNextOneResumesTheRun() throws IOException {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess client = rotation()) {
            try (KeyturnProcess worker = workerWaitingAt(IN_SWITCH)) {
                awaitThere(worker, client);
                worker.terminate();
                worker.awaitSaying("Stopping: steps that run now are finished first.");
                letGo();
                assertEnds(worker, DONE);
            }
            assertThat(isRunAgain(IN_SWITCH, client)).as("the step run again").isFalse();
        }
        drill.assertMovedOn(before);
    }

    @Test
    void aWorkerThatIsSentTermTwiceGivesItsStepBackAndTheNextOneResumesTheRun() throws IOException {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess client = rotation()) {
            try (KeyturnProcess worker = workerWaitingAt(IN_SWITCH)) {
                awaitThere(worker, client);
                worker.terminate();
                worker.awaitSaying("Stopping");
                worker.terminate();
                assertEnds(worker, UNSETTLED);
            }
            letGo();
            assertThat(isRunAgain(IN_SWITCH, client)).as("the step run again").isTrue();
        }
        drill.assertMovedOn(before);
    }

    /** Whether the worker that brings the same run to its end comes to this spot, where the one before it was. */
    private boolean isRunAgain(Spot spot, KeyturnProcess client) throws IOException {
        String run = openRun();
        remove("there");
        try (KeyturnProcess next = workerWaitingAt(spot)) {
            assertThat(client.awaitEnd()).as(client.output() + next.output()).isEqualTo(DONE);
        }
        assertThat(client.output()).contains(run);
        return Files.exists(file("there"));
    }

    @Test
    void aClientWithAnotherStoresKeyFailsClosed(@TempDir Path folder) {
        Drill.Picture before = drill.picture();
        try (Drill other = Drill.start(folder);
                KeyturnProcess worker = worker();
                KeyturnProcess client = rotation(other)) {
            Drill.Picture others = other.picture();
            client.awaitSaying("cannot read the run");
            client.terminate();
            assertEnds(client, REFUSED);
            assertThat(client.output()).contains("taken back", "Nothing was changed");
            assertThat(worker.output()).contains("another key");
            drill.assertBackAt(before);
            other.assertBackAt(others);

            try (KeyturnProcess right = rotation()) {
                assertEnds(right, DONE);
            }
        }
        drill.assertMovedOn(before);
    }

    /** Fault 88. */
    @Test
    void aWorkerWithAnotherStoreFailsClosedAndTheRightOneResumesTheRun(@TempDir Path folder) {
        Drill.Picture before = drill.picture();
        try (Drill other = Drill.start(folder);
                KeyturnProcess client = rotation()) {
            Drill.Picture others = other.picture();
            try (KeyturnProcess doomed =
                    KeyturnProcess.startWith(Faults.Kind.KILL, AFTER_SWITCH, drill, variables, "worker")) {
                assertEnds(doomed, KILLED);
            }
            State left = drill.state();
            try (KeyturnProcess wrong = keyturn(other, "worker")) {
                wrong.awaitSaying("another key");
            }
            assertThat(drill.state()).as("the store").isEqualTo(left);
            other.assertBackAt(others);
            try (KeyturnProcess right = worker()) {
                assertEnds(client, DONE);
            }
            assertThat(client.output()).contains(left.openRun().orElseThrow().id());
        }
        drill.assertMovedOn(before);
    }

    @Test
    void withoutAWorkerTheClientSaysThatItWaits() {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess client = rotation()) {
            client.awaitSaying(
                    "Waiting: no worker for prod answers at Temporal at " + variables.get("TEMPORAL_ADDRESS"));
            assertThat(client.output()).contains("keyturn worker");

            try (KeyturnProcess worker = worker()) {
                assertEnds(client, DONE);
            }
        }
        drill.assertMovedOn(before);
    }

    @Test
    void aRunThatNoWorkerHasBegunIsTakenBackByItsClientsEnd() {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess client = rotation()) {
            client.awaitSaying("Waiting: no worker");
            client.terminate();
            assertEnds(client, REFUSED);
            assertThat(client.output()).contains("taken back before a worker had begun it. Nothing was changed.");
        }
        drill.assertBackAt(before);
        try (KeyturnProcess worker = worker();
                KeyturnProcess client = rotation()) {
            assertEnds(client, DONE);
        }
        drill.assertMovedOn(before);
    }
}
