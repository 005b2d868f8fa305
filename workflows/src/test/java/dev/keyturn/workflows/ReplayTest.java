package dev.keyturn.workflows;

import static dev.keyturn.workflows.ScriptedSteps.AFTER;
import static dev.keyturn.workflows.ScriptedSteps.BACK;
import static dev.keyturn.workflows.ScriptedSteps.BEFORE;
import static dev.keyturn.workflows.ScriptedSteps.BLOCKING;
import static dev.keyturn.workflows.ScriptedSteps.CHECK;
import static dev.keyturn.workflows.ScriptedSteps.NARROW;
import static dev.keyturn.workflows.ScriptedSteps.REDEPLOY_BACK;
import static dev.keyturn.workflows.ScriptedSteps.SWITCH;
import static dev.keyturn.workflows.ScriptedSteps.fail;
import static dev.keyturn.workflows.ScriptedSteps.meet;
import static dev.keyturn.workflows.ScriptedSteps.plan;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement.Direction;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of runs that may be under way while a worker is replaced: today's code must take each of them up. Recorded anew
 * with {@code -Dtest=ReplayTest -Dkeyturn.record-histories=true}, which is right only when no release has the old ones.
 */
class ReplayTest {
    private static final Path HISTORIES = Path.of("src", "test", "resources", "histories");

    /** The ways in which runs end. */
    enum Shape {
        DONE(steps -> {}),
        NOTHING_TO_DO(steps -> steps.planning(plan(List.of(), List.of(), List.of()))),
        REFUSED(steps -> steps.planning(plan(BEFORE, AFTER, List.of(BLOCKING)))),
        NOT_BEGUN(steps -> steps.on("begin", fail(FailureType.REFUSED, "Run run-0 holds the lock."))),
        ROLLED_BACK(steps -> steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start"))),
        ABORTED(steps -> {}),
        DRIFT(steps -> steps.on(SWITCH.id(), fail(FailureType.DRIFT, "somebody changed it"))
                .examining(Direction.DRIFT, List.of(), BLOCKING)),
        UNSETTLED_BACK(steps -> steps.on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not start"))
                .on(REDEPLOY_BACK.id(), fail(FailureType.CONFIGURATION, "no such program"))),
        UNSETTLED_FORWARD(steps -> steps.on(NARROW.id(), fail(FailureType.DENIED, "no right"))),
        FENCED(steps -> steps.on(SWITCH.id(), fail(FailureType.FENCED, "Epoch 8 holds it."))),
        RECOVERED_BACK(steps -> steps.leaving(Direction.BACK, BACK)),
        RECOVERED_FORWARD(steps -> steps.leaving(Direction.FORWARD, AFTER)),
        RECOVERED_COMMIT(steps -> steps.leaving(Direction.COMMIT, BEFORE)),
        RECOVERED_COMMIT_THEN_BACK(steps -> steps.leaving(Direction.COMMIT, BEFORE)
                .on(CHECK.id(), fail(FailureType.UNHEALTHY, "app does not log in"))),
        RECOVERED_DRIFT(steps -> steps.leaving(Direction.DRIFT, List.of(), BLOCKING));

        @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
        private final transient Consumer<ScriptedSteps> script;

        Shape(Consumer<ScriptedSteps> script) {
            this.script = script;
        }

        Path file() {
            return HISTORIES.resolve(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json");
        }

        private WorkflowExecutionHistory recorded() throws Exception {
            ScriptedSteps steps = new ScriptedSteps();
            script.accept(steps);
            CountDownLatch here = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            if (this == ABORTED) {
                steps.on(SWITCH.id(), meet(here, goOn));
            }
            try (Stage stage = new Stage(steps)) {
                Rotation rotation = stage.start();
                if (this == ABORTED) {
                    assertThat(here.await(60, TimeUnit.SECONDS)).isTrue();
                    rotation.abort("changed my mind");
                    goOn.countDown();
                }
                stage.end();
                return stage.history();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void aRecordedHistoryReplays(Shape shape) throws Exception {
        if (Boolean.getBoolean("keyturn.record-histories")) {
            Files.createDirectories(HISTORIES);
            Files.writeString(shape.file(), shape.recorded().toJson(true) + "\n", UTF_8);
        }

        WorkflowReplayer.replayWorkflowExecution(read(shape), DurableRotation.class);
    }

    @Test
    void eachHistoryHasAShape() throws IOException {
        try (var files = Files.list(HISTORIES)) {
            assertThat(files).hasSize(Shape.values().length);
        }
    }

    static Stream<Arguments> changes() {
        return Stream.of(Shape.DONE, Shape.ROLLED_BACK, Shape.ABORTED, Shape.RECOVERED_BACK)
                .flatMap(shape -> Stream.of(LooksTwice.class, WaitsFirst.class, LooksAgainAtTheEnd.class)
                        .map(change -> Arguments.of(shape, change)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aHistoryDoesNotReplayInCodeThatDoesOneStepMore(Shape shape, Class<?> changed) throws IOException {
        WorkflowExecutionHistory history = read(shape);

        assertThatThrownBy(() -> WorkflowReplayer.replayWorkflowExecution(history, changed))
                .hasStackTraceContaining("NonDeterministicException");
    }

    private static WorkflowExecutionHistory read(Shape shape) throws IOException {
        return WorkflowExecutionHistory.fromJson(Files.readString(shape.file(), UTF_8));
    }

    /** The real story with a small change, as a careless hand could make one. */
    private abstract static class Changed implements Rotation {
        final DurableRotation rotation;

        Changed(Request request) {
            rotation = new DurableRotation(request);
        }

        static void lookForAnUnfinishedRun(Request request) {
            Workflow.newActivityStub(
                            Steps.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofMinutes(2))
                                    .build())
                    .recover(request);
        }

        @Override
        public Progress progress() {
            return rotation.progress();
        }

        @Override
        public String abort(String reason) {
            return rotation.abort(reason);
        }

        @Override
        public void mayAbort(String reason) {
            rotation.mayAbort(reason);
        }
    }

    /** One step more at the beginning. */
    public static final class LooksTwice extends Changed {
        @WorkflowInit
        public LooksTwice(Request request) {
            super(request);
        }

        @Override
        public Outcome run(Request request) {
            lookForAnUnfinishedRun(request);
            return rotation.run(request);
        }
    }

    /** A moment's rest at the beginning. */
    public static final class WaitsFirst extends Changed {
        @WorkflowInit
        public WaitsFirst(Request request) {
            super(request);
        }

        @Override
        public Outcome run(Request request) {
            Workflow.sleep(Duration.ofSeconds(1));
            return rotation.run(request);
        }
    }

    /** One step more at the end. */
    public static final class LooksAgainAtTheEnd extends Changed {
        @WorkflowInit
        public LooksAgainAtTheEnd(Request request) {
            super(request);
        }

        @Override
        public Outcome run(Request request) {
            Outcome outcome = rotation.run(request);
            lookForAnUnfinishedRun(request);
            return outcome;
        }
    }
}
