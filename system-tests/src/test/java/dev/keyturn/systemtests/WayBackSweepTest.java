package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that has turned round, and a fault before, in the middle and after each step of its way back. */
@Order(3)
class WayBackSweepTest extends OnOneDrill {
    private Plan plan;
    private List<Spot> wayBack;
    private Environment hasty;

    @BeforeAll
    void plan() {
        plan = drill.environment().plan(Drill.request(Purpose.ROTATE));
        wayBack = wayBack(plan);
        hasty = drill.hasty();
    }

    @AfterAll
    void close() {
        hasty.close();
    }

    @AfterEach
    void disarm() {
        drill.faults().disarm();
    }

    Stream<Spot> spots() {
        return swept(wayBack);
    }

    /** With little patience: a service whose account or copy could not be put back is waited for in vain. */
    @ParameterizedTest
    @MethodSource("spots")
    void aFaultOnTheWayBackIsToldAndRepaired(Spot spot) {
        Drill.Picture before = drill.picture();
        drill.faults().turnRoundAt(Spot.beforeCommit(plan));
        drill.faults().arm(spot, Faults.Kind.DENIED);

        if (spot.step().equals(Spot.RECORD)) {
            assertThatThrownBy(() -> hasty.run(rotation(), progress -> {})).isInstanceOf(EnvironmentException.class);
        } else {
            Outcome outcome = hasty.run(rotation(), progress -> {});
            assertKind(outcome, Outcome.Kind.UNSETTLED);
            assertThat(outcome.toString()).contains("injected");
        }

        assertThat(drill.faults().strikes()).as("strikes").isPositive();
        drill.faults().disarm();
        drill.lastRunWasCutOffAt(spot);
        boolean closed = drill.state().openRun().isEmpty();
        assertThat(closed).as("closed").isEqualTo(spot.step().equals(Spot.RECORD) && spot.moment() != Moment.BEFORE);
        Outcome repaired = drill.repairWhenFree();
        if (spot.step().equals(Spot.EXAMINE)) {
            // Nothing was put back: everything is new, and what is new everywhere goes forward.
            assertKind(repaired, Outcome.Kind.DONE);
            drill.assertMovedOn(before);
        } else {
            assertKind(repaired, closed ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
            drill.assertBackAt(before);
        }
    }
}
