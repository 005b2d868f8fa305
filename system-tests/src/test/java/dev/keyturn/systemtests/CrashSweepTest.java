package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Order;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The process killed before, in the middle of and after each step of the plan, and of the way back. The next command ends the
 * run, done or rolled back, with the versions that the dead process made and no others.
 */
class CrashSweepTest extends OnOneDrill {
    private Plan plan;
    private List<Spot> wayBack;

    @BeforeAll
    void plan() {
        plan = drill.environment().plan(Drill.request(Purpose.ROTATE));
        wayBack = wayBack(plan);
    }

    Stream<Spot> spots() {
        return swept(Spot.ofAKill(plan));
    }

    Stream<Spot> spotsOfTheWayBack() {
        return swept(Spot.ofAKill(wayBack));
    }

    @ParameterizedTest
    @MethodSource("spots")
    void theNextCommandEndsWhatAKilledProcessLeft(Spot spot) {
        Drill.Picture before = drill.picture();
        State left = killed(Order.of(Purpose.ROTATE, spot));

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        assertEnded(spot, outcome, left, before, spot.isAllNew(plan));
    }

    @ParameterizedTest
    @MethodSource("spotsOfTheWayBack")
    void aRollbackThatIsKilledIsFinished(Spot spot) {
        Drill.Picture before = drill.picture();
        State left = killed(Order.of(Purpose.ROTATE, spot).turningAt(Spot.beforeCommit(plan)));

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        // Until something has been put back everything is new, and what is new everywhere goes forward.
        assertEnded(spot, outcome, left, before, !isPutBack(spot));
    }

    /** The one that comes to repair is killed too, while it looks. */
    @ParameterizedTest
    @EnumSource
    void aRepairThatIsKilledWhileItLooksIsRepeated(Moment moment) {
        Drill.Picture before = drill.picture();
        Spot inPublish = Spot.of(plan).stream()
                .filter(spot -> spot.step().contains(" publish ") && spot.moment() == Moment.MIDDLE)
                .findFirst()
                .orElseThrow();
        killed(Order.of(Purpose.ROTATE, inPublish));
        State left = killed(Order.of(Purpose.REPAIR, new Spot(Spot.RECOVER, moment)));

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        assertEnded(inPublish, outcome, left, before, false);
    }

    @ParameterizedTest
    @DisplayName("durable resume, one rotation per environment: killed after ALTER ROLE, resumed, one rotation")
    @ValueSource(strings = {"stage", "promote switch main", "commit", "withdraw narrow main"})
    void aRotationAfterACrashEndsTheOldRunAndStartsNoSecondOne(String step) {
        Drill.Picture before = drill.picture();
        Spot spot = new Spot(step, Moment.AFTER);
        State left = killed(Order.of(Purpose.ROTATE, spot));

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.ROTATE));

        assertThat(outcome.run()).isEqualTo(left.openRun().orElseThrow().id());
        assertThat(drill.state().runs()).hasSameSizeAs(left.runs());
        assertEnded(spot, outcome, left, before, spot.isAllNew(plan));
    }

    @Test
    void aRotationOfOtherSecretsThanTheCrashedOnesIsToldNotToBeBegun() {
        Drill.Picture before = drill.picture();
        killed(Order.of(Purpose.ROTATE, new Spot("commit", Moment.AFTER)).only(List.of("redis_password")));

        Outcome outcome = drill.run(rotation("postgres_app_user_pw"));

        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.summary()).startsWith("Not begun: first run");
        Map<String, Integer> now = drill.picture().current();
        assertThat(now.get("redis_password")).isEqualTo(before.next().get("redis_password"));
        assertThat(now.get("postgres_app_user_pw")).isEqualTo(before.current().get("postgres_app_user_pw"));
        drill.assertConsistent();
    }

    /** What is left by a process that carries out the order until it is killed. */
    private State killed(Order order) {
        try (RunInProcess run = RunInProcess.killedAt(drill.system().manifest(), order)) {
            run.awaitKilled();
        }
        if (order.spot().equals(new Spot(Spot.RECORD, Moment.MIDDLE))) {
            drill.lastRunWasCutOffWhileRecorded();
        }
        return drill.state();
    }

    private boolean isPutBack(Spot spot) {
        Spot first = wayBack.stream()
                .filter(each -> each.step().startsWith("start ") && each.moment() == Moment.MIDDLE)
                .findFirst()
                .orElseThrow();
        return wayBack.indexOf(spot) >= wayBack.indexOf(first);
    }

    /** @param forward where the run must end, from what stood when the process died */
    private void assertEnded(Spot spot, Outcome outcome, State left, Drill.Picture before, boolean forward) {
        Optional<Run> open = left.openRun();
        assertKind(outcome, forward || open.isEmpty() ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        if (forward) {
            drill.assertMovedOn(before);
        } else {
            drill.assertBackAt(before);
        }
        // Until something is staged there is nothing whose value could be made a second time.
        assertThat(pendingValuesNow(left))
                .as("values of the versions that the dead process made, killed " + spot)
                .isEqualTo(pending(left));
        assertThat(drill.state().versions()).as("versions made by the repair").hasSameSizeAs(left.versions());
    }

    private static Map<String, SecretValue> pending(State state) {
        Map<String, SecretValue> values = new TreeMap<>();
        state.versions().stream()
                .filter(v -> v.status() == Version.Status.PENDING)
                .forEach(
                        v -> values.put(v.secret() + " " + v.number(), v.value().orElseThrow()));
        return values;
    }

    private Map<String, SecretValue> pendingValuesNow(State left) {
        State now = drill.state();
        Map<String, SecretValue> values = new TreeMap<>();
        left.versions().stream()
                .filter(v -> v.status() == Version.Status.PENDING)
                .forEach(v -> values.put(
                        v.secret() + " " + v.number(),
                        now.version(v.secret(), v.number())
                                .flatMap(Version::value)
                                .orElse(SecretValue.of("gone"))));
        return values;
    }
}
