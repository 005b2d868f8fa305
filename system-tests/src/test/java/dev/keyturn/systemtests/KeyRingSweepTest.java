package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.steps.store.State;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
    private static final String SHORT = "1s";

    /** So that no old key comes to its end while others of its group are looked at. */
    private static final String LONG = "1h";

    private final List<Keys> systems = new ArrayList<>();
    private Path folder;
    private Keys keys;
    private Plan rotating;
    private Plan withdrawing;
    private List<Spot> effectsOfARotation;
    private List<Spot> effectsOfAWithdrawal;

    @BeforeAll
    void start(@TempDir Path room) {
        folder = room;
        keys = fresh(SHORT);
        keys.faults().passed();
        rotating = keys.environment().plan(Keys.request(Purpose.ROTATE));
        assertThat(Spot.of(rotating))
                .extracting(Spot::step)
                .contains("introduce publish env-file .env", "introduce redeploy app", "promote publish env-file .env");
        keys.done(Purpose.ROTATE);
        effectsOfARotation = Spot.inTheMiddle(keys.faults().passed());
        withdrawing = awaitDue(keys);
        assertThat(Spot.of(withdrawing)).extracting(Spot::step).contains("withdraw publish env-file .env");
        keys.done(Purpose.REPAIR);
        effectsOfAWithdrawal = Spot.inTheMiddle(keys.faults().passed());
    }

    @AfterAll
    void stop() {
        systems.forEach(Keys::close);
    }

    @AfterEach
    void disarm() {
        keys.faults().disarm();
    }

    private Keys fresh(String overlap) {
        try {
            Path own = Files.createDirectory(folder.resolve("keys-" + systems.size()));
            systems.add(Keys.start(own, overlap, Keys.WITNESS));
            return systems.get(systems.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Stream<Group.Member<Keys, Map<String, String>>> killedRotations() {
        return killed(effectsOfARotation, LONG, Keys::published, Purpose.ROTATE);
    }

    Stream<Group.Member<Keys, Map<String, String>>> killedWithdrawals() {
        return killed(effectsOfAWithdrawal, SHORT, KeyRingSweepTest::rotatedAndDue, Purpose.REPAIR);
    }

    private Stream<Group.Member<Keys, Map<String, String>>> killed(
            List<Spot> spots, String overlap, Function<Keys, Map<String, String>> before, Purpose purpose) {
        return Group.killed(
                OnOneDrill.swept(spots),
                number -> fresh(overlap),
                before,
                (system, spot) -> Assignment.of(system.manifest(), purpose, spot));
    }

    private static Map<String, String> rotatedAndDue(Keys system) {
        system.done(Purpose.ROTATE);
        awaitDue(system);
        return system.published();
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
    @MethodSource("killedRotations")
    void theNextCommandEndsARotationThatWasKilled(Group.Member<Keys, Map<String, String>> run) {
        Keys system = run.system();
        State left = Drill.state(system.manifest());

        Outcome outcome = system.run(Purpose.REPAIR);

        boolean forward = run.spot().isAllNew(rotating);
        assertKind(outcome, forward || left.openRun().isEmpty() ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        assertRotated(system, run.before(), forward);
        assertThat(Drill.state(system.manifest()).versions())
                .as("versions made by the repair")
                .hasSameSizeAs(left.versions());
    }

    @ParameterizedTest
    @MethodSource("killedWithdrawals")
    void theNextCommandsEndAWithdrawalThatWasKilled(Group.Member<Keys, Map<String, String>> run) {
        Outcome outcome = run.system().run(Purpose.REPAIR);

        if (run.spot().isCommitted(withdrawing)) {
            assertKind(outcome, Outcome.Kind.DONE);
        }
        run.system().done(Purpose.REPAIR);
        assertWithdrawn(run.system(), run.before().get("KEY"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfARotation")
    void aFaultThatStaysTurnsTheRunRound(Spot spot) {
        Map<String, String> before = keys.published();
        keys.faults().arm(spot, Faults.Kind.DENIED);

        Outcome outcome = keys.run(Purpose.ROTATE);

        assertThat(keys.faults().strikes()).as("strikes").isPositive();
        assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        assertRotated(keys, before, false);
    }

    @ParameterizedTest
    @MethodSource("faultsOfAWithdrawal")
    void aFaultInAWithdrawalLeavesWorkThatTheNextRepairDoes(Spot spot) {
        String current = rotatedAndDue(keys).get("KEY");
        keys.faults().arm(spot, Faults.Kind.DENIED);

        Outcome outcome = keys.run(Purpose.REPAIR);

        assertThat(keys.faults().strikes()).as("strikes").isPositive();
        assertKind(outcome, Outcome.Kind.UNSETTLED);
        keys.faults().disarm();
        keys.done(Purpose.REPAIR);
        assertWithdrawn(keys, current);
    }

    private static Plan awaitDue(Keys system) {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !system.environment().plan(Keys.request(Purpose.REPAIR)).changesNothing());
        return system.environment().plan(Keys.request(Purpose.REPAIR));
    }

    private static void assertKind(Outcome outcome, Outcome.Kind kind) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
    }

    private static void assertRotated(Keys keys, Map<String, String> before, boolean forward) {
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

    private static void assertWithdrawn(Keys keys, String current) {
        Map<String, String> now = keys.published();
        assertThat(now.get("KEY").equals(current)).as("the key that signs").isTrue();
        assertThat(now.get("KEY_OLD").equals(current)).as("the old key is gone").isTrue();
        assertThat(keys.environment().status().due()).isEmpty();
        keys.assertConsistent();
    }
}
