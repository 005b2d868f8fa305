package dev.keyturn.workflows;

import static dev.keyturn.workflows.ScriptedSteps.AFTER;
import static dev.keyturn.workflows.ScriptedSteps.BACK;
import static dev.keyturn.workflows.ScriptedSteps.BEFORE;
import static dev.keyturn.workflows.ScriptedSteps.BLOCKING;
import static dev.keyturn.workflows.ScriptedSteps.CHECK;
import static dev.keyturn.workflows.ScriptedSteps.NARROW;
import static dev.keyturn.workflows.ScriptedSteps.NARROW_BACK;
import static dev.keyturn.workflows.ScriptedSteps.NARROW_CACHE;
import static dev.keyturn.workflows.ScriptedSteps.PUBLISH;
import static dev.keyturn.workflows.ScriptedSteps.PUBLISH_BACK;
import static dev.keyturn.workflows.ScriptedSteps.REDEPLOY;
import static dev.keyturn.workflows.ScriptedSteps.REDEPLOY_BACK;
import static dev.keyturn.workflows.ScriptedSteps.SWITCH;
import static dev.keyturn.workflows.ScriptedSteps.SWITCH_BACK;
import static dev.keyturn.workflows.ScriptedSteps.WIDEN;
import static dev.keyturn.workflows.ScriptedSteps.fail;
import static dev.keyturn.workflows.ScriptedSteps.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Outcome.Kind;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Settlement.Direction;
import dev.keyturn.workflows.contract.StepReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DurableRotationTest {
    private static final List<String> STORY = List.of(
            "recover",
            "plan",
            "begin",
            "back-up",
            "stage",
            WIDEN.id(),
            PUBLISH.id(),
            SWITCH.id(),
            REDEPLOY.id(),
            CHECK.id(),
            "commit",
            NARROW.id(),
            NARROW_CACHE.id(),
            "record");
    private static final List<String> WAY_BACK =
            List.of("examine", PUBLISH_BACK.id(), SWITCH_BACK.id(), REDEPLOY_BACK.id(), NARROW_BACK.id(), "record");

    private final ScriptedSteps steps = new ScriptedSteps();

    @Test
    void theStoryIsToldInOrder() throws TimeoutException {
        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.DONE);
        assertThat(steps.calls()).isEqualTo(STORY);
        assertThat(outcome.steps())
                .extracting(StepReport::step)
                .isEqualTo(STORY.subList(3, 13).stream().toList());
        assertThat(steps.ending().failures()).isEmpty();
    }

    static Stream<String> whatMayFailBeforeTheCommitPoint() {
        return STORY.subList(3, 11).stream();
    }

    @ParameterizedTest
    @MethodSource("whatMayFailBeforeTheCommitPoint")
    void whatFailsBeforeTheCommitPointIsRolledBackAndTheCauseTold(String failing) throws TimeoutException {
        steps.on(failing, fail(FailureType.DENIED, "The administrator lacks a right."));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
        assertThat(outcome.summary()).isEqualTo("The administrator lacks a right.");
        List<String> expected = new ArrayList<>(STORY.subList(0, STORY.indexOf(failing) + 1));
        expected.addAll(WAY_BACK);
        assertThat(steps.calls()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FENCED", "UNAVAILABLE"})
    void everyFailureButSilenceTurnsTheRunRoundAtTheFirstTry(FailureType type) throws TimeoutException {
        steps.always(SWITCH.id(), fail(type, "no"));

        assertThat(play().kind()).isEqualTo(Kind.ROLLED_BACK);

        assertThat(Collections.frequency(steps.calls(), SWITCH.id())).isEqualTo(1);
    }

    @Test
    void whatDoesNotAnswerIsTriedAgain() throws TimeoutException {
        steps.on(SWITCH.id(), silent(), silent(), silent());

        assertThat(play().kind()).isEqualTo(Kind.DONE);

        assertThat(Collections.frequency(steps.calls(), SWITCH.id())).isEqualTo(4);
    }

    @Test
    void whatDoesNotAnswerTurnsTheRunRoundWhenPatienceIsOver() throws TimeoutException {
        steps.always(SWITCH.id(), silent());

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
        assertThat(outcome.summary()).isEqualTo("The server does not answer.");
        // 90 seconds, with pauses that double up to five seconds.
        assertThat(Collections.frequency(steps.calls(), SWITCH.id())).isBetween(15, 30);
    }

    @Test
    void theOthersGoOnWhenAStepOfTheWayBackFailsAndEachFailureIsTold() throws TimeoutException {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start"))
                .on(PUBLISH_BACK.id(), fail(FailureType.DENIED, "no right to write"))
                .on(REDEPLOY_BACK.id(), fail(FailureType.CONFIGURATION, "no such program"));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
        assertThat(outcome.summary()).isEqualTo("app does not start");
        assertThat(steps.calls()).contains(PUBLISH_BACK.id(), SWITCH_BACK.id(), REDEPLOY_BACK.id(), "record");
        assertThat(outcome.remarks())
                .filteredOn(remark -> remark.found().startsWith("no "))
                .extracting(Remark::object, Remark::found)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("env-file .env", "no right to write"),
                        org.assertj.core.groups.Tuple.tuple("app", "no such program"));
    }

    @Test
    void nothingIsNarrowedWhileSomebodyMayStillHoldTheOtherValue() throws TimeoutException {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start"))
                .on(REDEPLOY_BACK.id(), fail(FailureType.CONFIGURATION, "no such program"));

        Outcome outcome = play();

        assertThat(steps.calls()).doesNotContain(NARROW_BACK.id());
        assertThat(outcome.remarks()).extracting(Remark::object).containsExactly("app", "main");
        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
    }

    @Test
    void oneServerThatCannotBeNarrowedDoesNotKeepTheOthersFromIt() throws TimeoutException {
        steps.on(NARROW.id(), fail(FailureType.DENIED, "no"));

        assertThat(play().kind()).isEqualTo(Kind.UNSETTLED);

        assertThat(steps.calls()).contains(NARROW_CACHE.id());
    }

    @Test
    void driftMetOnTheWayBackIsDrift() throws TimeoutException {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start"))
                .on(SWITCH_BACK.id(), fail(FailureType.DRIFT, "somebody changed it"));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.DRIFT);
        assertThat(outcome.remarks()).anyMatch(Remark::blocks);
    }

    @Test
    void driftFoundByTheExaminationIsToldAndNothingIsWritten() throws TimeoutException {
        steps.on(SWITCH.id(), fail(FailureType.DRIFT, "somebody changed it"))
                .examining(Direction.DRIFT, List.of(), BLOCKING);

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.DRIFT);
        assertThat(outcome.remarks()).containsExactly(BLOCKING);
        assertThat(steps.calls()).endsWith(SWITCH.id(), "examine", "record");
    }

    @Test
    void aRunThatCannotBeExaminedIsUnsettled() throws TimeoutException {
        steps.on(SWITCH.id(), fail(FailureType.DENIED, "No right.")).always("examine", silent());

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
        assertThat(outcome.summary()).isEqualTo("No right. Then: The server does not answer.");
        assertThat(steps.calls()).doesNotContain(PUBLISH_BACK.id());
    }

    @Test
    void aServiceThatDoesNotComeUpIsTriedAgainOnTheWayBack() throws TimeoutException {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start"))
                .on(REDEPLOY_BACK.id(), sick(), sick(), sick());

        assertThat(play().kind()).isEqualTo(Kind.ROLLED_BACK);

        assertThat(Collections.frequency(steps.calls(), REDEPLOY_BACK.id())).isEqualTo(4);
    }

    @Test
    void afterTheCommitPointThereIsNoWayBack() throws TimeoutException {
        steps.always(NARROW.id(), silent());

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
        assertThat(steps.calls()).doesNotContain("examine", PUBLISH_BACK.id());
        assertThat(steps.calls()).endsWith(NARROW_CACHE.id(), "record");
    }

    @Test
    void aCommitOfWhichTheAnswerIsLostGoesForward() throws TimeoutException {
        // Written, and then the store's folder became unreadable: what is found decides.
        steps.on("commit", () -> {
            steps.leaving(Direction.FORWARD, AFTER);
            fail(FailureType.STORE, "The store cannot be read.").play();
        });

        assertThat(play().kind()).isEqualTo(Kind.DONE);

        assertThat(steps.calls()).endsWith("commit", "examine", NARROW.id(), NARROW_CACHE.id(), "record");
    }

    @Test
    void aRefusedPlanBeginsNothing() throws TimeoutException {
        steps.planning(plan(BEFORE, AFTER, List.of(BLOCKING)));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
        assertThat(outcome.remarks()).containsExactly(BLOCKING);
        assertThat(steps.calls()).containsExactly("recover", "plan");
    }

    @Test
    void nothingToDoTouchesNothing() throws TimeoutException {
        steps.planning(plan(List.of(), List.of(), List.of()));

        assertThat(play().kind()).isEqualTo(Kind.DONE);

        assertThat(steps.calls()).containsExactly("recover", "plan");
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureType.class,
            names = {"REFUSED", "STORE", "CONFIGURATION"})
    void aBeginningThatIsRefusedEndsTheRun(FailureType type) throws TimeoutException {
        steps.on("begin", fail(type, "Run run-0 holds the lock."));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
        assertThat(outcome.summary()).isEqualTo("Run run-0 holds the lock.");
        assertThat(steps.calls()).containsExactly("recover", "plan", "begin");
    }

    @Test
    void aRunThatIsFencedHasNoFurtherEffect() throws TimeoutException {
        steps.on(SWITCH.id(), fail(FailureType.FENCED, "Epoch 8 holds it."));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
        assertThat(outcome.summary()).contains("Another holder").contains("Epoch 8");
        assertThat(steps.calls()).endsWith(SWITCH.id());
    }

    @Test
    void aRunThatIsFencedWhileItEndsTellsSo() throws TimeoutException {
        steps.on("record", fail(FailureType.FENCED, "Epoch 8 holds it."));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
        assertThat(outcome.summary()).contains("Another holder");
        assertThat(steps.calls()).endsWith("record");
    }

    @Test
    void anEarlierRunIsBroughtBackBeforeAnythingElse() throws TimeoutException {
        steps.leaving(Direction.BACK, BACK);

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
        assertThat(steps.calls())
                .containsExactly(
                        "recover", PUBLISH_BACK.id(), SWITCH_BACK.id(), REDEPLOY_BACK.id(), NARROW_BACK.id(), "record");
    }

    @Test
    void anEarlierRunThatCommittedIsFinished() throws TimeoutException {
        steps.leaving(Direction.FORWARD, AFTER);

        assertThat(play().kind()).isEqualTo(Kind.DONE);

        assertThat(steps.calls()).containsExactly("recover", NARROW.id(), NARROW_CACHE.id(), "record");
    }

    @Test
    void whatWasAskedForIsToldNotToBeBegunWhenAnEarlierRunOfOtherThingsIsFinished() throws TimeoutException {
        steps.leaving(Direction.FORWARD, AFTER).notAskedFor();

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
        assertThat(outcome.summary())
                .contains("Not begun", "was brought to its end", "Next: what was asked for, again");
        assertThat(steps.calls()).containsExactly("recover", NARROW.id(), NARROW_CACHE.id(), "record");
    }

    @Test
    void anEarlierRunOfOtherThingsThatIsBroughtBackIsToldAsThat() throws TimeoutException {
        steps.leaving(Direction.BACK, BACK).notAskedFor();

        assertThat(play().kind()).isEqualTo(Kind.ROLLED_BACK);
    }

    @Test
    void anEarlierRunOfWhichEverythingIsNewIsCheckedAndCommitted() throws TimeoutException {
        steps.leaving(Direction.COMMIT, BEFORE);

        assertThat(play().kind()).isEqualTo(Kind.DONE);

        assertThat(steps.calls())
                .containsExactly(
                        "recover",
                        WIDEN.id(),
                        PUBLISH.id(),
                        SWITCH.id(),
                        REDEPLOY.id(),
                        CHECK.id(),
                        "commit",
                        "examine",
                        NARROW.id(),
                        NARROW_CACHE.id(),
                        "record");
    }

    @Test
    void anEarlierRunOfWhichTheCheckFailsGoesBack() throws TimeoutException {
        steps.leaving(Direction.COMMIT, BEFORE).on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not log in"));

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
        assertThat(outcome.summary()).isEqualTo("app does not log in");
        assertThat(steps.calls()).doesNotContain("commit").endsWith(WAY_BACK.toArray(new String[0]));
    }

    @Test
    void anEarlierRunThatDriftedStaysAsItIs() throws TimeoutException {
        steps.leaving(Direction.DRIFT, List.of(), BLOCKING);

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.DRIFT);
        assertThat(steps.calls()).containsExactly("recover", "record");
    }

    @Test
    void anEarlierRunOfWhichSomethingDoesNotAnswerIsLookedAtAgainBeforeAnythingIsDecided() throws TimeoutException {
        steps.leaving(Direction.UNDECIDED, List.of()).on("examine", silent(), silent());

        assertThat(play().kind()).isEqualTo(Kind.ROLLED_BACK);

        assertThat(steps.calls()).startsWith("recover", "examine", "examine", "examine", PUBLISH_BACK.id());
    }

    @Test
    void anEarlierRunThatNeverAnswersStaysOpen() throws TimeoutException {
        steps.leaving(Direction.UNDECIDED, List.of()).always("examine", silent());

        assertThat(play().kind()).isEqualTo(Kind.UNSETTLED);

        assertThat(steps.calls()).doesNotContain(PUBLISH_BACK.id()).endsWith("examine", "record");
    }

    @Test
    void whatCannotBeRecordedIsNotSettledAgain() {
        // The record may have been written before it failed: nothing may be made of the run after that.
        steps.leaving(Direction.BACK, BACK).always("record", fail(FailureType.STORE, "The audit cannot be written."));

        try (Stage stage = new Stage(steps)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(stage::play)
                    .rootCause()
                    .hasMessageContaining("The audit cannot be written.");
        }

        assertThat(steps.calls()).doesNotContain("examine");
    }

    @Test
    void anEarlierRunThatDoesNotAnswerIsUnsettledAndNotCalledRefused() throws TimeoutException {
        steps.always("recover", silent());

        Outcome outcome = play();

        assertThat(outcome.kind()).isEqualTo(Kind.UNSETTLED);
        assertThat(outcome.summary()).isEqualTo("The server does not answer.");
    }

    private Outcome play() throws TimeoutException {
        try (Stage stage = new Stage(steps)) {
            return stage.play();
        }
    }

    private static ScriptedSteps.Act silent() {
        return fail(FailureType.UNAVAILABLE, "The server does not answer.");
    }

    private static ScriptedSteps.Act sick() {
        return fail(FailureType.UNHEALTHY, "app does not start");
    }
}
