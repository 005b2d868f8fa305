package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Order;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process killed in each step of an import and of a set-up, of a system that Keyturn has never seen, and of a forced set-up. The next
 * command ends what was left; nothing that was there is lost, and no value is made a second time.
 */
class SetupSweepTest extends OnOneDrill {
    /** Of eleven secrets this one is missing, so that a set-up has something to generate and to publish. */
    private static final String MISSING = "csrf_signing_secret";

    private Plan importing;
    private Plan settingUp;
    private Plan forcing;
    private List<Spot> effectsOfAnImport;
    private List<Spot> effectsOfASetup;
    private List<Spot> effectsOfAForcedSetup;

    /** Each is made once, to learn what it passes. */
    @BeforeAll
    void plan() {
        removeBackups();
        forcing = drill.environment().plan(forced(Purpose.SETUP));
        effectsOfAForcedSetup = effects(forced(Purpose.SETUP));
        drill.forget();
        importing = drill.environment().plan(Drill.withoutBackup(Purpose.IMPORT));
        effectsOfAnImport = effects(Drill.withoutBackup(Purpose.IMPORT));
        drill.forget();
        removeTheMissing();
        settingUp = drill.environment().plan(Drill.withoutBackup(Purpose.SETUP));
        effectsOfASetup = effects(Drill.withoutBackup(Purpose.SETUP));
        assertThat(effectsOfASetup).extracting(Spot::step).anyMatch(step -> step.contains(" publish "));
    }

    private List<Spot> effects(Request request) {
        drill.faults().passed();
        assertKind(drill.run(request), Outcome.Kind.DONE);
        return Spot.inTheMiddle(drill.faults().passed());
    }

    Stream<Spot> spotsOfAnImport() {
        return swept(effectsOfAnImport);
    }

    Stream<Spot> spotsOfASetup() {
        return swept(effectsOfASetup);
    }

    Stream<Spot> spotsOfAForcedSetup() {
        return swept(effectsOfAForcedSetup);
    }

    @ParameterizedTest
    @MethodSource("spotsOfAnImport")
    void anImportThatIsKilledIsEndedByTheNextOne(Spot spot) {
        Drill.Picture before = unknown();
        State left = killed(Order.of(Purpose.IMPORT, spot));

        assertEnded(drill.run(Drill.withoutBackup(Purpose.IMPORT)), left, spot.isCommitted(importing));
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

        assertThat(drill.picture().files()).as("published files").isEqualTo(before.files());
        assertTakenOver(before);
    }

    @ParameterizedTest
    @MethodSource("spotsOfASetup")
    void aSetupThatIsKilledIsEndedByTheNextOne(Spot spot) {
        Drill.Picture before = unknown();
        removeTheMissing();
        State left = killed(Order.of(Purpose.SETUP, spot));

        assertEnded(drill.run(Drill.withoutBackup(Purpose.SETUP)), left, spot.isCommitted(settingUp));
        assertKind(drill.run(Drill.withoutBackup(Purpose.SETUP)), Outcome.Kind.DONE);

        assertThat(drill.picture().values().get(MISSING).equals(before.values().get(MISSING)))
                .as("the value that was lost")
                .isFalse();
        assertTakenOver(before);
    }

    @ParameterizedTest
    @MethodSource("spotsOfAForcedSetup")
    void aForcedSetupThatIsKilledIsEndedByTheNextCommand(Spot spot) {
        Drill.Picture before = drill.picture();
        State left = killed(Order.of(Purpose.SETUP, spot).forced());

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        assertEnded(outcome, left, spot.isAllNew(forcing));
        if (spot.isAllNew(forcing)) {
            drill.assertMovedOn(before);
        } else {
            drill.assertBackAt(before);
        }
    }

    /** What lies there, of which nothing is known any more. */
    private Drill.Picture unknown() {
        Drill.Picture picture = drill.picture();
        drill.forget();
        return picture;
    }

    /** That of the drill's own import: a system that was never seen has none. */
    private void removeBackups() {
        try (Stream<Path> backups = Files.list(drill.system().folder().resolve("backups"))) {
            for (Path backup : backups.toList()) {
                Files.delete(backup);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void removeTheMissing() {
        try {
            Files.delete(drill.system().keyFile(MISSING));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private State killed(Order order) {
        Path store = drill.system().folder().resolve(".keyturn/prod/state");
        boolean existed = Files.exists(store);
        try (RunInProcess run = RunInProcess.killedAt(drill.system().manifest(), order)) {
            run.awaitKilled();
        }
        assertThat(existed || Files.exists(store)).isTrue();
        if (order.spot().equals(new Spot(Spot.RECORD, Moment.MIDDLE))) {
            drill.lastRunWasCutOffWhileRecorded();
        }
        return drill.state();
    }

    /** A run that had only prepared is abandoned, one that had committed is finished; in between what is found decides. */
    private void assertEnded(Outcome outcome, State left, boolean forward) {
        Optional<Run> open = left.openRun();
        if (open.isEmpty() || forward) {
            assertKind(outcome, Outcome.Kind.DONE);
        } else if (open.get().phase() == Run.Phase.PREPARED) {
            assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        } else {
            assertThat(outcome.kind()).as(outcome.toString()).isIn(Outcome.Kind.DONE, Outcome.Kind.ROLLED_BACK);
        }
        assertThat(drill.state().openRun()).as("open run").isEmpty();
    }

    /** Every value that was published is the current one and works; only the missing one was made. */
    private void assertTakenOver(Drill.Picture before) {
        Drill.Picture now = drill.picture();
        before.values().forEach((secret, value) -> {
            if (!secret.equals(MISSING)) {
                assertThat(now.values().get(secret).equals(value))
                        .as("value of " + secret + " kept")
                        .isTrue();
            }
        });
        drill.logins().assertAccepted(now.values());
        assertThat(drill.state().versions().stream()
                        .filter(v -> v.secret().equals(MISSING) && v.status() != Version.Status.ABANDONED))
                .as("versions of what was missing")
                .hasSize(1);
        drill.assertConsistent();
    }
}
