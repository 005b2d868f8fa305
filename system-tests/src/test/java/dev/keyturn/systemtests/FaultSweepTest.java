package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fault before, in the middle and after each step of the plan. The list is made from the plan, so that no step is left
 * out. Before the commit point everything is afterwards as it was; after it, everything is new.
 */
@Order(1)
class FaultSweepTest extends OnOneDrill {
    private Plan plan;

    @BeforeAll
    void plan() {
        plan = drill.environment().plan(Drill.request(Purpose.ROTATE));
        assertThat(plan.refused()).as(plan.toString()).isFalse();
    }

    @AfterEach
    void disarm() {
        drill.faults().disarm();
    }

    Stream<Spot> spots() {
        return swept(Spot.of(plan));
    }

    /** The write of the store itself fails in the middle of these, and a store that fails is not tried again. */
    private static boolean isTriedAgain(Spot spot) {
        boolean storeOnly =
                Arrays.asList(Spot.BEGIN, Spot.STAGE, Spot.COMMIT, Spot.RECORD).contains(spot.step());
        return !(storeOnly && spot.moment() == Moment.MIDDLE);
    }

    private static Request rotation(Spot spot) {
        return spot.step().equals(Spot.BACK_UP) ? Drill.request(Purpose.ROTATE) : Drill.withoutBackup(Purpose.ROTATE);
    }

    /** One run meets a fault at this moment of every step: what has passed leaves nothing that the next could hide. */
    @ParameterizedTest
    @EnumSource
    void faultsThatPassAreOutlived(Moment moment) {
        List<Spot> spots = spots().filter(spot -> spot.moment() == moment && isTriedAgain(spot) && !isComingUp(spot))
                .toList();
        Drill.Picture before = drill.picture();
        drill.faults().armOnceEach(spots);

        Outcome outcome = drill.run(Drill.request(Purpose.ROTATE));

        assertThat(drill.faults().struck()).as("struck").containsExactlyInAnyOrderElementsOf(spots);
        assertKind(outcome, Outcome.Kind.DONE);
        drill.assertMovedOn(before);
    }

    Stream<Spot> comingUp() {
        return spots().filter(FaultSweepTest::isComingUp);
    }

    private static boolean isComingUp(Spot spot) {
        return spot.step().startsWith("promote redeploy") && spot.moment() == Moment.MIDDLE;
    }

    /** Its accounts take the new values alone meanwhile. */
    @ParameterizedTest
    @MethodSource("comingUp")
    void aServiceThatDoesNotComeUpTurnsTheRunRoundAtOnce(Spot spot) {
        Drill.Picture before = drill.picture();
        drill.faults().arm(spot, Faults.Kind.UNAVAILABLE_ONCE);

        Outcome outcome = drill.run(rotation(spot));

        assertThat(drill.faults().strikes()).as("strikes").isPositive();
        assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @MethodSource("spots")
    void aFaultThatStaysTurnsTheRunRoundOrIsRepairedForwards(Spot spot) {
        Drill.Picture before = drill.picture();
        drill.faults().arm(spot, Faults.Kind.DENIED);

        if (spot.step().equals(Spot.RECORD)) {
            assertThatThrownBy(() -> drill.run(rotation(spot))).isInstanceOf(EnvironmentException.class);
        } else {
            Outcome outcome = drill.run(rotation(spot));
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(expected(spot));
        }

        assertThat(drill.faults().strikes()).as("strikes").isPositive();
        drill.faults().disarm();
        drill.lastRunWasCutOffAt(spot);
        if (leavesWork(spot)) {
            Outcome repaired = drill.repairWhenFree();
            assertThat(repaired.kind())
                    .as(repaired.toString())
                    .isEqualTo(spot.isCommitted(plan) ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        }
        if (spot.isCommitted(plan)) {
            drill.assertMovedOn(before);
        } else {
            drill.assertBackAt(before);
        }
    }

    private Outcome.Kind expected(Spot spot) {
        if (spot.step().equals(Spot.BEGIN)) {
            return Outcome.Kind.REFUSED;
        } else if (!spot.isCommitted(plan)) {
            return Outcome.Kind.ROLLED_BACK;
        }
        return spot.step().equals(Spot.COMMIT) ? Outcome.Kind.DONE : Outcome.Kind.UNSETTLED;
    }

    private boolean leavesWork(Spot spot) {
        boolean begun = spot.step().equals(Spot.BEGIN) && spot.moment() != Moment.BEFORE;
        boolean written = spot.step().equals(Spot.RECORD) && spot.moment() == Moment.AFTER;
        boolean forward = spot.isCommitted(plan) && !spot.step().equals(Spot.COMMIT);
        return begun || (forward && !written);
    }
}
