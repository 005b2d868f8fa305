package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Assignment;
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
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process killed in each step of an import and of a set-up, of a system that Keyturn has never seen, and of a forced set-up. The next
 * command ends what was left; nothing that was there is lost, and no value is made a second time.
 */
@Order(8)
class SetupSweepTest extends OnDrills {
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
        prepare(drill);
        forcing = drill.environment().plan(forced(Purpose.SETUP));
        effectsOfAForcedSetup = effects(forced(Purpose.SETUP));
        drill.forget();
        importing = drill.environment().plan(Drill.withoutBackup(Purpose.IMPORT));
        effectsOfAnImport = effects(Drill.withoutBackup(Purpose.IMPORT));
        drill.forget();
        removeTheMissing(drill);
        settingUp = drill.environment().plan(Drill.withoutBackup(Purpose.SETUP));
        effectsOfASetup = effects(Drill.withoutBackup(Purpose.SETUP));
        assertThat(effectsOfASetup).extracting(Spot::step).anyMatch(step -> step.contains(" publish "));
    }

    private List<Spot> effects(Request request) {
        drill.faults().passed();
        assertKind(drill.run(request), Outcome.Kind.DONE);
        return Spot.inTheMiddle(drill.faults().passed());
    }

    Stream<Killed> killedImports() {
        return killed(
                swept(effectsOfAnImport),
                SetupSweepTest::unknown,
                (system, spot) -> Assignment.of(system, Purpose.IMPORT, spot));
    }

    Stream<Killed> killedSetups() {
        return killed(
                swept(effectsOfASetup),
                system -> {
                    Drill.Picture before = unknown(system);
                    removeTheMissing(system);
                    return before;
                },
                (system, spot) -> Assignment.of(system, Purpose.SETUP, spot));
    }

    Stream<Killed> killedForcedSetups() {
        return killed(
                swept(effectsOfAForcedSetup),
                (system, spot) -> Assignment.of(system, Purpose.SETUP, spot).forced());
    }

    @ParameterizedTest
    @MethodSource("killedImports")
    void anImportThatIsKilledIsEndedByTheNextOne(Killed run) {
        State left = run.left();

        assertEnded(run, Purpose.IMPORT, left, run.spot().isCommitted(importing));
        assertKind(run.drill().run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

        assertThat(run.drill().picture().files())
                .as("published files")
                .isEqualTo(run.before().files());
        assertTakenOver(run);
    }

    @ParameterizedTest
    @MethodSource("killedSetups")
    void aSetupThatIsKilledIsEndedByTheNextOne(Killed run) {
        State left = run.left();

        assertEnded(run, Purpose.SETUP, left, run.spot().isCommitted(settingUp));
        assertKind(run.drill().run(Drill.withoutBackup(Purpose.SETUP)), Outcome.Kind.DONE);

        assertThat(run.drill()
                        .picture()
                        .values()
                        .get(MISSING)
                        .equals(run.before().values().get(MISSING)))
                .as("the value that was lost")
                .isFalse();
        assertTakenOver(run);
    }

    @ParameterizedTest
    @MethodSource("killedForcedSetups")
    void aForcedSetupThatIsKilledIsEndedByTheNextCommand(Killed run) {
        State left = run.left();
        boolean forward = run.spot().isAllNew(forcing);

        assertEnded(run, Purpose.REPAIR, left, forward);

        if (forward) {
            run.drill().assertMovedOn(run.before());
        } else {
            run.drill().assertBackAt(run.before());
        }
    }

    /** What lies there, of which nothing is known any more. */
    private static Drill.Picture unknown(Drill system) {
        Drill.Picture picture = system.picture();
        system.forget();
        return picture;
    }

    /** Without the backup of its own import: a system that was never seen has none. */
    @Override
    void prepare(Drill fresh) {
        try (Stream<Path> backups = Files.list(fresh.system().folder().resolve("backups"))) {
            for (Path backup : backups.toList()) {
                Files.delete(backup);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeTheMissing(Drill system) {
        try {
            Files.delete(system.system().keyFile(MISSING));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run that had only prepared is abandoned, one that had committed is finished; in between what is found decides. */
    private static void assertEnded(Killed run, Purpose next, State left, boolean forward) {
        Outcome outcome = run.drill().run(Drill.withoutBackup(next));
        Optional<Run> open = left.openRun();
        if (open.isEmpty() || forward) {
            assertKind(outcome, Outcome.Kind.DONE);
        } else if (open.get().phase() == Run.Phase.PREPARED) {
            assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        } else {
            assertThat(outcome.kind()).as(outcome.toString()).isIn(Outcome.Kind.DONE, Outcome.Kind.ROLLED_BACK);
        }
        assertThat(run.drill().state().openRun()).as("open run").isEmpty();
    }

    /** Every value that was published is the current one and works; only the missing one was made. */
    private static void assertTakenOver(Killed run) {
        Drill drill = run.drill();
        Drill.Picture now = drill.picture();
        run.before().values().forEach((secret, value) -> {
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
