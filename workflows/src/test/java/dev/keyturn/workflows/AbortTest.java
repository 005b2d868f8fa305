package dev.keyturn.workflows;

import static dev.keyturn.workflows.ScriptedSteps.CHECK;
import static dev.keyturn.workflows.ScriptedSteps.NARROW;
import static dev.keyturn.workflows.ScriptedSteps.NARROW_BACK;
import static dev.keyturn.workflows.ScriptedSteps.NARROW_CACHE;
import static dev.keyturn.workflows.ScriptedSteps.PUBLISH;
import static dev.keyturn.workflows.ScriptedSteps.PUBLISH_BACK;
import static dev.keyturn.workflows.ScriptedSteps.REDEPLOY;
import static dev.keyturn.workflows.ScriptedSteps.REDEPLOY_BACK;
import static dev.keyturn.workflows.ScriptedSteps.SWITCH;
import static dev.keyturn.workflows.ScriptedSteps.fail;
import static dev.keyturn.workflows.ScriptedSteps.meet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Outcome.Kind;
import dev.keyturn.workflows.contract.Progress.Line;
import dev.keyturn.workflows.contract.Progress.State;
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wishes to abort, cancellations and questions that meet a run under way. */
@Timeout(120)
class AbortTest {
    private final ScriptedSteps steps = new ScriptedSteps();
    private final CountDownLatch here = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void aRunThatIsAbortedBeforeItTookTheLockBeginsNothing() throws Exception {
        steps.on("plan", meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();
            rotation.abort("wrong environment");
            goOn.countDown();

            Outcome outcome = stage.end();

            assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
            assertThat(outcome.summary()).contains("wrong environment");
            assertThat(steps.calls()).containsExactly("recover", "plan");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"back-up", "stage"})
    void aRunThatIsAbortedBeforeItChangedAnythingOutsideChangesNothing(String meanwhile) throws Exception {
        steps.on(meanwhile, meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();
            rotation.abort("changed my mind");
            goOn.countDown();

            Outcome outcome = stage.end();

            assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
            assertThat(outcome.summary()).isEqualTo("aborted: changed my mind");
            assertThat(steps.calls()).doesNotContain(PUBLISH.id()).contains("examine", "record");
        }
    }

    @Test
    void anAbortStopsAStepAtASafePlaceAndWaitsForIt() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        steps.on(REDEPLOY.id(), () -> {
            here.countDown();
            untilCancelled();
            stopped.set(true);
            throw ApplicationFailure.newNonRetryableFailure("Stopped.", FailureType.CANCELLED.name());
        });
        steps.on("examine", () -> assertThat(stopped).isTrue());
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();
            assertThat(rotation.abort("too slow")).contains("turns round");

            Outcome outcome = stage.end();

            assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
            assertThat(outcome.summary()).isEqualTo("aborted: too slow");
            assertThat(stopped).isTrue();
            assertThat(steps.calls()).doesNotContain(CHECK.id()).contains(REDEPLOY_BACK.id());
        }
    }

    @Test
    void aStepThatCannotStopIsWaitedForBeforeTheRunTurnsRound() throws Exception {
        steps.on(SWITCH.id(), meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();
            rotation.abort("");
            assertThat(steps.calls()).doesNotContain("examine").endsWith(SWITCH.id());
            goOn.countDown();

            Outcome outcome = stage.end();

            assertThat(outcome.kind()).isEqualTo(Kind.ROLLED_BACK);
            assertThat(outcome.summary()).isEqualTo("aborted: no reason given");
            assertThat(steps.calls()).doesNotContain(REDEPLOY.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "withdraw narrow main", "record"})
    void anAbortIsRefusedOnceTheRunIsAtItsCommitPoint(String meanwhile) throws Exception {
        steps.on(meanwhile, meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();
            try {
                assertThatThrownBy(() -> rotation.abort("too late"))
                        .isInstanceOf(WorkflowUpdateException.class)
                        .rootCause()
                        .hasMessageContaining("goes forward only");
            } finally {
                goOn.countDown();
            }

            assertThat(stage.end().kind()).isEqualTo(Kind.DONE);
            assertThat(steps.calls()).contains(NARROW.id(), NARROW_CACHE.id()).doesNotContain("examine");
        }
    }

    @Test
    void anAbortOnTheWayBackChangesNothing() throws Exception {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start")).on(PUBLISH_BACK.id(), meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();
            rotation.abort("now");
            goOn.countDown();

            assertThat(stage.end().kind()).isEqualTo(Kind.ROLLED_BACK);
            assertThat(steps.calls()).endsWith(REDEPLOY_BACK.id(), NARROW_BACK.id(), "record");
        }
    }

    @Test
    void aCancelledWorkflowTurnsRound() throws Exception {
        steps.on(REDEPLOY.id(), () -> {
            here.countDown();
            untilCancelled();
            throw ApplicationFailure.newNonRetryableFailure("Stopped.", FailureType.CANCELLED.name());
        });
        try (Stage stage = new Stage(steps)) {
            stage.start();
            arrive();
            stage.stub().cancel();

            cancelled(stage, Kind.ROLLED_BACK);
            assertThat(steps.calls()).endsWith(REDEPLOY_BACK.id(), NARROW_BACK.id(), "record");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"examine", "start publish env-file .env", "record"})
    void aCancellationOfTheWayBackDoesNotEndIt(String meanwhile) throws Exception {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start")).on(meanwhile, meet(here, goOn));
        cancelledMeanwhile(Kind.ROLLED_BACK);
        assertThat(steps.calls()).endsWith(REDEPLOY_BACK.id(), NARROW_BACK.id(), "record");
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "withdraw narrow main", "record"})
    void aCancellationAfterTheCommitPointDoesNotTurnTheRunRound(String meanwhile) throws Exception {
        steps.on(meanwhile, meet(here, goOn));
        cancelledMeanwhile(Kind.DONE);
        assertThat(steps.calls()).endsWith(NARROW.id(), NARROW_CACHE.id(), "record");
    }

    private void cancelledMeanwhile(Kind expected) throws InterruptedException {
        try (Stage stage = new Stage(steps)) {
            stage.start();
            arrive();
            stage.stub().cancel();
            goOn.countDown();

            cancelled(stage, expected);
        }
    }

    /** Temporal calls the workflow cancelled, whatever it returns; the record says how the run ended. */
    private void cancelled(Stage stage, Kind expected) {
        assertThatThrownBy(stage::end).rootCause().isInstanceOf(CanceledFailure.class);
        assertThat(steps.ending().kind()).isEqualTo(expected);
    }

    @Test
    void progressShowsWhatIsDoneWhatRunsAndWhatWaits() throws Exception {
        steps.on(SWITCH.id(), meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();

            var progress = rotation.progress();
            goOn.countDown();
            stage.end();

            assertThat(progress.run()).isEqualTo("run-1");
            assertThat(progress.phase()).isEqualTo(SWITCH.summary());
            assertThat(progress.lines())
                    .extracting(Line::state)
                    .containsExactly(
                            State.DONE,
                            State.DONE,
                            State.DONE,
                            State.DONE,
                            State.DONE,
                            State.DONE,
                            State.DONE,
                            State.RUNNING,
                            State.WAITING,
                            State.WAITING);
            assertThat(progress.lines().get(6)).isEqualTo(new Line(PUBLISH.summary(), State.DONE, "did it", 10));
        }
    }

    @Test
    void progressShowsWhatFailedAndWhy() throws Exception {
        steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start")).on("record", meet(here, goOn));
        try (Stage stage = new Stage(steps)) {
            Rotation rotation = stage.start();
            arrive();

            List<Line> lines = rotation.progress().lines();
            goOn.countDown();
            stage.end();

            assertThat(lines)
                    .filteredOn(line -> line.text().equals(CHECK.summary()))
                    .extracting(Line::state, Line::detail)
                    .containsExactly(tuple(State.FAILED, "app does not start"));
        }
    }

    private void arrive() throws InterruptedException {
        assertThat(here.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static void untilCancelled() throws InterruptedException {
        while (true) {
            try {
                Activity.getExecutionContext().heartbeat("at work");
            } catch (ActivityCompletionException e) {
                return;
            }
            // The pace of the heartbeats, not a wait for anything.
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
