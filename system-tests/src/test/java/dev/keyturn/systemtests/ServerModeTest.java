package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Header;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does what in a run that goes through a Temporal server. */
@Order(5)
class ServerModeTest extends OnAServer {
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
}
