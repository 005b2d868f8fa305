package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.steps.store.State;
import dev.keyturn.systemtests.RunInProcess.Order;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sweeps for what only a signing key with several verifiers goes through: it is introduced before it is used, and withdrawn by a
 * later run, when the longest token has expired.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyRingSweepTest {
    private Keys keys;
    private Plan rotating;
    private Plan withdrawing;
    private List<Spot> effectsOfARotation;
    private List<Spot> effectsOfAWithdrawal;

    @BeforeAll
    void start(@TempDir Path folder) {
        keys = Keys.start(folder, "1s", Keys.WITNESS);
        keys.faults().passed();
        rotating = keys.environment().plan(Keys.request(Purpose.ROTATE));
        assertThat(Spot.of(rotating))
                .extracting(Spot::step)
                .contains("introduce publish env-file .env", "introduce redeploy app", "promote publish env-file .env");
        keys.done(Purpose.ROTATE);
        effectsOfARotation = Spot.inTheMiddle(keys.faults().passed());
        withdrawing = awaitDue();
        assertThat(Spot.of(withdrawing)).extracting(Spot::step).contains("withdraw publish env-file .env");
        keys.done(Purpose.REPAIR);
        effectsOfAWithdrawal = Spot.inTheMiddle(keys.faults().passed());
    }

    @AfterAll
    void stop() {
        keys.close();
    }

    @AfterEach
    void disarm() {
        keys.faults().disarm();
    }

    Stream<Spot> killsOfARotation() {
        return OnOneDrill.swept(effectsOfARotation);
    }

    Stream<Spot> killsOfAWithdrawal() {
        return OnOneDrill.swept(effectsOfAWithdrawal);
    }

    Stream<Spot> faultsOfARotation() {
        return OnOneDrill.swept(Spot.of(rotating)).filter(KeyRingSweepTest::isOnTheWay);
    }

    Stream<Spot> faultsOfAWithdrawal() {
        return OnOneDrill.swept(Spot.of(withdrawing)).filter(KeyRingSweepTest::isOnTheWay);
    }

    /** Faults of begin, commit and record are the same for every secret: the sweep of the eleven has them. */
    private static boolean isOnTheWay(Spot spot) {
        return spot.step().contains(" ");
    }

    @ParameterizedTest
    @MethodSource("killsOfARotation")
    void theNextCommandEndsARotationThatWasKilled(Spot spot) {
        Map<String, String> before = keys.published();
        State left = killed(Order.of(Purpose.ROTATE, spot));

        Outcome outcome = keys.run(Purpose.REPAIR);

        boolean forward = spot.isAllNew(rotating);
        assertKind(outcome, forward || left.openRun().isEmpty() ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        assertRotated(before, forward);
        assertThat(Drill.state(keys.manifest()).versions())
                .as("versions made by the repair")
                .hasSameSizeAs(left.versions());
    }

    @ParameterizedTest
    @MethodSource("killsOfAWithdrawal")
    void theNextCommandsEndAWithdrawalThatWasKilled(Spot spot) {
        keys.done(Purpose.ROTATE);
        awaitDue();
        String current = keys.published().get("KEY");
        killed(Order.of(Purpose.REPAIR, spot));

        Outcome outcome = keys.run(Purpose.REPAIR);

        if (spot.isCommitted(withdrawing)) {
            assertKind(outcome, Outcome.Kind.DONE);
        }
        keys.done(Purpose.REPAIR);
        assertWithdrawn(current);
    }

    @ParameterizedTest
    @MethodSource("faultsOfARotation")
    void aFaultThatStaysTurnsTheRunRound(Spot spot) {
        Map<String, String> before = keys.published();
        keys.faults().arm(spot, Faults.Kind.DENIED);

        Outcome outcome = keys.run(Purpose.ROTATE);

        assertThat(keys.faults().strikes()).as("strikes").isPositive();
        assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        assertRotated(before, false);
    }

    @ParameterizedTest
    @MethodSource("faultsOfAWithdrawal")
    void aFaultInAWithdrawalLeavesWorkThatTheNextRepairDoes(Spot spot) {
        keys.done(Purpose.ROTATE);
        awaitDue();
        String current = keys.published().get("KEY");
        keys.faults().arm(spot, Faults.Kind.DENIED);

        Outcome outcome = keys.run(Purpose.REPAIR);

        assertThat(keys.faults().strikes()).as("strikes").isPositive();
        assertKind(outcome, Outcome.Kind.UNSETTLED);
        keys.faults().disarm();
        keys.done(Purpose.REPAIR);
        assertWithdrawn(current);
    }

    private Plan awaitDue() {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !keys.environment().plan(Keys.request(Purpose.REPAIR)).changesNothing());
        return keys.environment().plan(Keys.request(Purpose.REPAIR));
    }

    private State killed(Order order) {
        try (RunInProcess run = RunInProcess.killedAt(keys.manifest(), order)) {
            run.awaitKilled();
        }
        return Drill.state(keys.manifest());
    }

    private static void assertKind(Outcome outcome, Outcome.Kind kind) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
    }

    private void assertRotated(Map<String, String> before, boolean forward) {
        Map<String, String> now = keys.published();
        if (forward) {
            assertThat(now.get("KEY").equals(before.get("KEY")))
                    .as("a new key signs")
                    .isFalse();
            assertThat(now.get("KEY_OLD").equals(before.get("KEY")))
                    .as("the old key verifies")
                    .isTrue();
        } else {
            assertThat(now.equals(before)).as("published as before").isTrue();
        }
        keys.assertConsistent();
    }

    private void assertWithdrawn(String current) {
        Map<String, String> now = keys.published();
        assertThat(now.get("KEY").equals(current)).as("the key that signs").isTrue();
        assertThat(now.get("KEY_OLD").equals(current)).as("the old key is gone").isTrue();
        assertThat(keys.environment().status().due()).isEmpty();
        keys.assertConsistent();
    }
}
