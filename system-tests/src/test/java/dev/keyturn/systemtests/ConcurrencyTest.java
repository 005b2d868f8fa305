package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.steps.store.State;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.testkit.Processes;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two that want to change one environment at once: one runs, and the other has no effect. */
@Order(7)
class ConcurrencyTest extends OnDrills {
    private static final Spot IN_SWITCH = new Spot("promote switch main", Moment.MIDDLE);

    private RunInProcess waitingAt(Spot spot) {
        RunInProcess run = RunInProcess.waiting(Assignment.of(drill, Purpose.ROTATE, spot));
        run.awaitThere(drill.system().folder());
        return run;
    }

    @Test
    @DisplayName("durable resume, one rotation per environment: a second is refused")
    void aSecondStarterIsRefusedAndLearnsWhichRunHoldsTheLock() {
        Drill.Picture before = drill.picture();
        try (RunInProcess first = waitingAt(IN_SWITCH)) {
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
        try (RunInProcess run = waitingAt(IN_SWITCH)) {
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
        try (RunInProcess run = waitingAt(IN_SWITCH)) {
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
        try (RunInProcess run = waitingAt(committed)) {
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
        try (RunInProcess first = waitingAt(toBegin)) {
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
    Stream<Group.Member<Drill, Zombie>> zombies() {
        Plan plan = drill.environment().plan(Drill.withoutBackup(Purpose.ROTATE));
        Stream<Spot> spots = OnOneDrill.swept(Spot.of(plan)).filter(spot -> switch (spot.moment()) {
            case BEFORE -> !List.of(Spot.BEGIN, Spot.BACK_UP).contains(spot.step());
            case MIDDLE -> spot.step().contains(" publish ") || spot.step().contains(" switch ");
            case AFTER -> false;
        });
        return Group.of(spots, this::drill, Zombie::new, ConcurrencyTest::stopRepairAndWake);
    }

    /** Stopped inside a step, repaired elsewhere when its lease has run out, and woken: it finds that it is too late. */
    @ParameterizedTest
    @MethodSource("zombies")
    void aZombieThatWakesAfterARepairHasNoEffect(Group.Member<Drill, Zombie> zombie) {
        zombie.before().assertHadNoEffect(zombie.system());
    }

    private static void stopRepairAndWake(List<Group.Member<Drill, Zombie>> zombies) {
        List<Assignment> assignments = zombies.stream()
                .map(zombie -> Assignment.of(zombie.system(), Purpose.ROTATE, zombie.spot())
                        .leasedFor(Duration.ofSeconds(2)))
                .toList();
        try (RunInProcess runs = RunInProcess.waiting(assignments)) {
            zombies.forEach(zombie -> runs.awaitThere(zombie.system().system().folder()));
            Processes.suspend(runs.pid());
            zombies.forEach(zombie -> zombie.before().repair(zombie.system()));
            Processes.resume(runs.pid());
            zombies.forEach(zombie -> letGo(zombie.system()));
            assertThat(runs.awaitEnd()).as(runs.output()).isNotZero();
        }
    }

    /** What became of a run that was stopped, and of its system while it was. */
    private static final class Zombie {
        private final Drill.Picture before;
        private Outcome repaired;
        private Drill.Picture after;
        private State state;
        private int starts;

        Zombie(Drill drill) {
            before = drill.picture();
        }

        void repair(Drill drill) {
            repaired = drill.repairWhenFree();
            after = drill.picture();
            state = drill.state();
            starts = starts(drill);
        }

        void assertHadNoEffect(Drill drill) {
            assertThat(RunInProcess.said(drill.system().folder())).contains("no effect any more");
            assertThat(drill.picture()).as("what lies there").isEqualTo(after);
            assertThat(drill.state()).as("the store").isEqualTo(state);
            assertThat(starts(drill)).as("starts of the consumer").isEqualTo(starts);
            assertThat(repaired.kind()).as(repaired.toString()).isIn(Outcome.Kind.ROLLED_BACK, Outcome.Kind.DONE);
            if (repaired.kind() == Outcome.Kind.DONE) {
                drill.assertMovedOn(before);
            } else {
                drill.assertBackAt(before);
            }
        }

        private static int starts(Drill drill) {
            try {
                return Witness.starts(drill.system().folder().resolve("running"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
