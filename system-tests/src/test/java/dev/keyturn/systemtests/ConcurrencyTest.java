package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testkit.Processes;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two that want to change one environment at once: one runs, and the other has no effect. */
class ConcurrencyTest extends OnOneDrill {
    private static final Spot IN_SWITCH = new Spot("promote switch main", Moment.MIDDLE);

    private void awaitThere(RunInProcess run) {
        try {
            Target.await(() -> Files.exists(file("there")));
        } catch (AssertionError e) {
            throw new AssertionError("the run did not come to its spot: " + run.output(), e);
        }
    }

    @Test
    @DisplayName("durable resume, one rotation per environment: a second is refused")
    void aSecondStarterIsRefusedAndLearnsWhichRunHoldsTheLock() {
        Drill.Picture before = drill.picture();
        try (RunInProcess first = RunInProcess.waitingAt(drill, Purpose.ROTATE, IN_SWITCH, RunInProcess.LEASE)) {
            awaitThere(first);
            String holder = drill.state().openRun().orElseThrow().id();

            for (Purpose purpose : new Purpose[] {Purpose.ROTATE, Purpose.REPAIR, Purpose.SETUP}) {
                Outcome second = drill.run(Drill.withoutBackup(purpose));
                assertThat(second.kind()).as(second.toString()).isEqualTo(Outcome.Kind.REFUSED);
                assertThat(second.summary()).contains(holder, "process " + first.pid());
            }

            letGo();
            assertThat(first.awaitEnd()).as(first.output()).isZero();
        }
        drill.assertMovedOn(before);
    }

    @Test
    void anAbortWhileAStepRunsTurnsTheRunRound() {
        Drill.Picture before = drill.picture();
        try (RunInProcess run = RunInProcess.waitingAt(drill, Purpose.ROTATE, IN_SWITCH, RunInProcess.LEASE)) {
            awaitThere(run);

            assertThat(drill.environment().abort("a test wants it"))
                    .isEqualTo(drill.state().openRun().map(open -> open.id()));
            letGo();

            assertThat(run.awaitEnd()).isEqualTo(2);
            assertThat(run.output()).contains("ROLLED_BACK", "aborted: a test wants it");
        }
        drill.assertBackAt(before);
    }

    @Test
    void aWishForAnEarlierRunDoesNotTouchTheNext() throws IOException {
        Drill.Picture before = drill.picture();
        Path wish = file(".keyturn/prod/abort-run-00000000");
        Files.writeString(wish, "meant for another run");

        assertKind(drill.run(rotation()), Outcome.Kind.DONE);

        drill.assertMovedOn(before);
        assertThat(wish).exists();
        Files.delete(wish);
    }

    @Test
    void aStarterThatIsRefusedDoesNotTakeTheWishOfTheOther() throws IOException {
        Drill.Picture before = drill.picture();
        try (RunInProcess run = RunInProcess.waitingAt(drill, Purpose.ROTATE, IN_SWITCH, RunInProcess.LEASE)) {
            awaitThere(run);
            Processes.suspend(run.pid());
            Path wish = file(".keyturn/prod/abort-"
                    + drill.state().openRun().orElseThrow().id());
            Files.writeString(wish, "while another tries to start");

            assertKind(drill.run(rotation()), Outcome.Kind.REFUSED);

            assertThat(wish).exists();
            Processes.resume(run.pid());
            letGo();
            assertThat(run.awaitEnd()).isEqualTo(2);
            assertThat(run.output()).contains("aborted: while another tries to start");
            assertThat(wish).doesNotExist();
        }
        drill.assertBackAt(before);
    }

    @Test
    void anAbortAfterTheCommitPointIsRefused() {
        Drill.Picture before = drill.picture();
        Spot committed = new Spot("withdraw narrow main", Moment.BEFORE);
        try (RunInProcess run = RunInProcess.waitingAt(drill, Purpose.ROTATE, committed, RunInProcess.LEASE)) {
            awaitThere(run);

            assertThatThrownBy(() -> drill.environment().abort("too late"))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("forward only");
            letGo();

            assertThat(run.awaitEnd()).as(run.output()).isZero();
        }
        drill.assertMovedOn(before);
    }

    @Test
    void anAbortOfNothingIsNoWish() {
        assertThat(drill.environment().abort("nothing runs")).isEmpty();
    }

    /** Both have planned the same and come to the lock in the same moment. */
    @Test
    void ofTwoThatPlannedTheSameOneBegins() {
        Drill.Picture before = drill.picture();
        int runs = drill.state().runs().size();
        Spot toBegin = new Spot(Spot.BEGIN, Moment.BEFORE);
        try (RunInProcess first = RunInProcess.waitingAt(drill, Purpose.ROTATE, toBegin, RunInProcess.LEASE)) {
            awaitThere(first);
            drill.faults().arm(toBegin, this::letGo);

            Outcome second = drill.run(Drill.withoutBackup(Purpose.ROTATE));

            drill.faults().disarm();
            int status = first.awaitEnd();
            assertThat(second.kind()).as(second.toString()).isIn(Outcome.Kind.DONE, Outcome.Kind.REFUSED);
            boolean secondBegan = second.kind() == Outcome.Kind.DONE;
            assertThat(status).as(first.output()).isEqualTo(secondBegan ? 2 : 0);
            assertThat(first.output()).contains(secondBegan ? "REFUSED" : "DONE");
        }
        assertThat(drill.state().runs()).as("runs").hasSize(runs + 1);
        drill.assertMovedOn(before);
    }

    /** Before each step that has the lock, and in the middle of those that write outside. */
    Stream<Spot> spotsOfAZombie() {
        Plan plan = drill.environment().plan(Drill.withoutBackup(Purpose.ROTATE));
        return OnOneDrill.swept(Spot.of(plan)).filter(spot -> switch (spot.moment()) {
            case BEFORE -> !List.of(Spot.BEGIN, Spot.BACK_UP).contains(spot.step());
            case MIDDLE -> spot.step().contains(" publish ") || spot.step().contains(" switch ");
            case AFTER -> false;
        });
    }

    /** Stopped inside a step, repaired elsewhere when its lease has run out, and woken: it finds that it is too late. */
    @ParameterizedTest
    @MethodSource("spotsOfAZombie")
    void aZombieThatWakesAfterARepairHasNoEffect(Spot spot) throws IOException {
        Drill.Picture before = drill.picture();
        try (RunInProcess zombie = RunInProcess.waitingAt(drill, Purpose.ROTATE, spot, Duration.ofSeconds(2))) {
            awaitThere(zombie);
            Processes.suspend(zombie.pid());
            Outcome repaired = drill.repairWhenFree();
            assertThat(repaired.kind()).as(repaired.toString()).isIn(Outcome.Kind.ROLLED_BACK, Outcome.Kind.DONE);
            Drill.Picture after = drill.picture();
            int starts = Witness.starts(file("running"));
            var state = drill.state();

            Processes.resume(zombie.pid());
            letGo();
            assertThat(zombie.awaitEnd()).as(zombie.output()).isNotZero();

            assertThat(zombie.output()).contains("no effect any more");
            assertThat(drill.picture()).as("what lies there").isEqualTo(after);
            assertThat(drill.state()).as("the store").isEqualTo(state);
            assertThat(Witness.starts(file("running")))
                    .as("starts of the consumer")
                    .isEqualTo(starts);
            if (repaired.kind() == Outcome.Kind.DONE) {
                drill.assertMovedOn(before);
            } else {
                drill.assertBackAt(before);
            }
        }
    }
}
