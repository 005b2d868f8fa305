package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process killed before, in the middle of and after each step of the plan, and of the way back. The next command ends the
 * run, done or rolled back, with the versions that the dead process made and no others.
 */
@Order(2)
class CrashSweepTest extends OnDrills {
    private Plan plan;
    private List<Spot> wayBack;

    @BeforeAll
    void plan() {
        plan = drill.environment().plan(Drill.request(Purpose.ROTATE));
        wayBack = wayBack(plan);
    }

    Stream<Killed> killedOnTheWay() {
        return killed(swept(Spot.ofAKill(plan)), (system, spot) -> Assignment.of(system, Purpose.ROTATE, spot));
    }

    Stream<Killed> killedOnTheWayBack() {
        Spot turning = Spot.beforeCommit(plan);
        return killed(
                swept(Spot.ofAKill(wayBack)),
                (system, spot) -> Assignment.of(system, Purpose.ROTATE, spot).turningAt(turning));
    }

    Stream<Killed> killedAfterwards() {
        return killed(
                Stream.of("stage", "promote switch main", "commit", "withdraw narrow main")
                        .map(step -> new Spot(step, Moment.AFTER)),
                (system, spot) -> Assignment.of(system, Purpose.ROTATE, spot));
    }

    @ParameterizedTest
    @MethodSource("killedOnTheWay")
    void theNextCommandEndsWhatAKilledProcessLeft(Killed run) {
        State left = run.left();

        Outcome outcome = run.drill().run(Drill.withoutBackup(Purpose.REPAIR));

        assertEnded(run, outcome, left, run.spot().isAllNew(plan));
    }

    @ParameterizedTest
    @MethodSource("killedOnTheWayBack")
    void aRollbackThatIsKilledIsFinished(Killed run) {
        State left = run.left();

        Outcome outcome = run.drill().run(Drill.withoutBackup(Purpose.REPAIR));

        // Until something has been put back everything is new, and what is new everywhere goes forward.
        assertEnded(run, outcome, left, !isPutBack(run.spot()));
    }

    /** The one that comes to repair is killed too, while it looks. */
    @ParameterizedTest
    @MethodSource("killedTwice")
    void aRepairThatIsKilledWhileItLooksIsRepeated(Killed run) {
        State left = run.left();

        Outcome outcome = run.drill().run(Drill.withoutBackup(Purpose.REPAIR));

        assertEnded(run, outcome, left, false);
    }

    Stream<Killed> killedTwice() {
        Spot inPublish = Spot.of(plan).stream()
                .filter(spot -> spot.step().contains(" publish ") && spot.moment() == Moment.MIDDLE)
                .findFirst()
                .orElseThrow();
        return killed(
                Stream.of(Moment.values()).map(moment -> new Spot(Spot.RECOVER, moment)),
                system -> {
                    Drill.Picture before = system.picture();
                    RunInProcess.kill(Assignment.of(system, Purpose.ROTATE, inPublish));
                    return before;
                },
                (system, spot) -> Assignment.of(system, Purpose.REPAIR, spot));
    }

    @ParameterizedTest
    @DisplayName("durable resume, one rotation per environment: killed after ALTER ROLE, resumed, one rotation")
    @MethodSource("killedAfterwards")
    void aRotationAfterACrashEndsTheOldRunAndStartsNoSecondOne(Killed run) {
        State left = run.left();

        Outcome outcome = run.drill().run(Drill.withoutBackup(Purpose.ROTATE));

        assertThat(outcome.run()).isEqualTo(left.openRun().orElseThrow().id());
        assertThat(run.drill().state().runs()).hasSameSizeAs(left.runs());
        assertEnded(run, outcome, left, run.spot().isAllNew(plan));
    }

    @Test
    void aRotationOfOtherSecretsThanTheCrashedOnesIsToldNotToBeBegun() {
        Drill.Picture before = drill.picture();
        RunInProcess.kill(Assignment.of(drill, Purpose.ROTATE, new Spot(Spot.COMMIT, Moment.AFTER))
                .only(List.of("redis_password")));

        Outcome outcome = drill.run(rotation("postgres_app_user_pw"));

        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.summary()).startsWith("Not begun: first run");
        Map<String, Integer> now = drill.picture().current();
        assertThat(now.get("redis_password")).isEqualTo(before.next().get("redis_password"));
        assertThat(now.get("postgres_app_user_pw")).isEqualTo(before.current().get("postgres_app_user_pw"));
        drill.assertConsistent();
    }

    private boolean isPutBack(Spot spot) {
        Spot first = wayBack.stream()
                .filter(each -> each.step().startsWith("start ") && each.moment() == Moment.MIDDLE)
                .findFirst()
                .orElseThrow();
        return wayBack.indexOf(spot) >= wayBack.indexOf(first);
    }

    /** @param forward where the run must end, from what stood when the process died */
    private static void assertEnded(Killed run, Outcome outcome, State left, boolean forward) {
        Optional<Run> open = left.openRun();
        assertKind(outcome, forward || open.isEmpty() ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        if (forward) {
            run.drill().assertMovedOn(run.before());
        } else {
            run.drill().assertBackAt(run.before());
        }
        State now = run.drill().state();
        // Until something is staged there is nothing whose value could be made a second time.
        assertThat(pendingValues(left, now))
                .as("values of the versions that the dead process made, killed " + run)
                .isEqualTo(pendingValues(left, left));
        assertThat(now.versions()).as("versions made by the repair").hasSameSizeAs(left.versions());
    }

    /** Of the versions that were pending: what the store has of them in another state. */
    private static Map<String, SecretValue> pendingValues(State left, State then) {
        Map<String, SecretValue> values = new TreeMap<>();
        left.versions().stream()
                .filter(v -> v.status() == Version.Status.PENDING)
                .forEach(v -> values.put(
                        v.secret() + " " + v.number(),
                        then.version(v.secret(), v.number())
                                .flatMap(Version::value)
                                .orElse(SecretValue.of("gone"))));
        return values;
    }
}
