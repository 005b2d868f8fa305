package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.State;
import dev.keyturn.testkit.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose worker is not there, dies, is sent away, or is the wrong one: another resumes them, or they are taken back. */
@Order(4)
class AbsentWorkerTest extends OnAServer {
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

    /**
     * Fault 14. A worker that stands still for longer than it may be silent is thought dead, so another tries its step again. When it wakes, the run
     * has turned round, and all but the record of it is written: what it would still do was right before.
     */
    @Test
    void aTryThatSleptInItsOwnRunHasNoEffect() throws IOException {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess client = rotation();
                KeyturnProcess slept = workerWaitingAt(BEFORE_SWITCH)) {
            awaitThere(slept, client);
            Processes.suspend(slept.pid());
            remove("there");
            try (KeyturnProcess awake = workerThatTurnsRound(AFTER_SWITCH, new Spot(Spot.RECORD, Moment.BEFORE))) {
                awaitThere(awake, client);
                Processes.suspend(awake.pid());
                Processes.resume(slept.pid());
                slept.terminate();
                letGo();
                assertEnds(slept, DONE);
                Processes.resume(awake.pid());
                assertThat(client.awaitEnd())
                        .as(client.output() + awake.output())
                        .isEqualTo(ROLLED_BACK);
            }
        }
        drill.assertBackAt(before);
    }

    /** A redeployment asks again and again whether to go on: it must not hear that the run turns round. */
    @Test
    void aWorkerThatIsSentTermFinishesItsStepAndTheNextOneResumesTheRun() throws IOException {
        Drill.Picture before = drill.picture();
        try (KeyturnProcess client = rotation()) {
            try (KeyturnProcess worker = workerWaitingAt(BEFORE_REDEPLOY)) {
                awaitThere(worker, client);
                worker.terminate();
                worker.awaitSaying("Stopping: steps that run now are finished first.");
                letGo();
                assertEnds(worker, DONE);
            }
            assertThat(isRunAgain(BEFORE_REDEPLOY, client))
                    .as("the step run again")
                    .isFalse();
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
