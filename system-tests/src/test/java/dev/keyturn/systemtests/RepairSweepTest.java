package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.State;
import dev.keyturn.systemtests.RunInProcess.Order;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The process killed in each step of a repair of copies that differ. The next ones mend what it left. */
class RepairSweepTest extends OnOneDrill {
    private Plan plan;
    private List<Spot> effects;

    @BeforeAll
    void plan() {
        // The first one redeploys a service of which no generation is known yet; the others find it as it must be.
        damage();
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        damage();
        plan = drill.environment().plan(Drill.withoutBackup(Purpose.REPAIR));
        drill.faults().passed();
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        effects = Spot.inTheMiddle(drill.faults().passed());
        assertThat(effects).extracting(Spot::step).anyMatch(step -> step.contains(" publish "));
        drill.assertConsistent();
    }

    Stream<Spot> spots() {
        return swept(effects);
    }

    @ParameterizedTest
    @MethodSource("spots")
    void aRepairThatIsKilledIsRepeatedAndEverythingIsAsItWas(Spot spot) {
        Drill.Picture before = drill.picture();
        State intact = drill.state();
        damage();
        try (RunInProcess run = RunInProcess.killedAt(drill.system().manifest(), Order.of(Purpose.REPAIR, spot))) {
            run.awaitKilled();
        }
        if (spot.equals(new Spot(Spot.RECORD, Moment.MIDDLE))) {
            drill.lastRunWasCutOffWhileRecorded();
        }
        boolean open = drill.state().openRun().isPresent();

        Outcome next = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        if (spot.isCommitted(plan) || !open) {
            assertKind(next, Outcome.Kind.DONE);
        } else {
            assertThat(next.kind()).as(next.toString()).isIn(Outcome.Kind.DONE, Outcome.Kind.ROLLED_BACK);
        }
        // What was rolled back has its damage again: the repair after it mends that.
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        drill.assertBackAt(before);
        assertThat(drill.state().versions()).as("versions").isEqualTo(intact.versions());
    }

    /** A key file is deleted, and a copy of a derived secret is changed by hand. */
    private void damage() {
        Path env = drill.system().envFile();
        try {
            Files.delete(drill.system().keyFile("csrf_signing_secret"));
            Files.writeString(
                    env,
                    Drill.read(env)
                            .replaceFirst(
                                    "READONLY_URL=.*",
                                    "READONLY_URL=postgresql://app_ro:typo-by-hand@127.0.0.1:1/postgres"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
