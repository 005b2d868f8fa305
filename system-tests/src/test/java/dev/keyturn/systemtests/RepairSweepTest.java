package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The process killed in each step of a repair of copies that differ. The next ones mend what it left. */
class RepairSweepTest extends OnDrills {
    private final Map<Drill, List<Version>> intact = new HashMap<>();
    private Plan plan;
    private List<Spot> effects;

    @BeforeAll
    void plan() {
        prepare(drill);
        damage(drill);
        plan = drill.environment().plan(Drill.withoutBackup(Purpose.REPAIR));
        drill.faults().passed();
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        effects = Spot.inTheMiddle(drill.faults().passed());
        assertThat(effects).extracting(Spot::step).anyMatch(step -> step.contains(" publish "));
        drill.assertConsistent();
    }

    /** The first one redeploys a service of which no generation is known yet; the others find it as it must be. */
    @Override
    void prepare(Drill fresh) {
        damage(fresh);
        assertKind(fresh.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
    }

    Stream<Killed> killedRepairs() {
        return killed(
                swept(effects),
                system -> {
                    intact.put(system, system.state().versions());
                    return damage(system);
                },
                (system, spot) -> Assignment.of(system, Purpose.REPAIR, spot));
    }

    @ParameterizedTest
    @MethodSource("killedRepairs")
    void aRepairThatIsKilledIsRepeatedAndEverythingIsAsItWas(Killed run) {
        Drill drill = run.drill();
        State left = run.left();

        Outcome next = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        if (run.spot().isCommitted(plan) || left.openRun().isEmpty()) {
            assertKind(next, Outcome.Kind.DONE);
        } else {
            assertThat(next.kind()).as(next.toString()).isIn(Outcome.Kind.DONE, Outcome.Kind.ROLLED_BACK);
        }
        // What was rolled back has its damage again: the repair after it mends that.
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        drill.assertBackAt(run.before());
        assertThat(drill.state().versions()).as("versions").isEqualTo(intact.get(drill));
    }

    /** A key file is deleted, and a copy of a derived secret is changed by hand; returns what was there before. */
    private static Drill.Picture damage(Drill system) {
        Drill.Picture before = system.picture();
        Path env = system.system().envFile();
        try {
            Files.delete(system.system().keyFile("csrf_signing_secret"));
            Files.writeString(
                    env,
                    Drill.read(env)
                            .replaceFirst(
                                    "READONLY_URL=.*",
                                    "READONLY_URL=postgresql://app_ro:typo-by-hand@127.0.0.1:1/postgres"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return before;
    }
}
