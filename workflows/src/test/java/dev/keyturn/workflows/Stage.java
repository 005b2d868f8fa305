package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One rotation over scripted steps, in a test server whose clock skips what nobody waits for. */
final class Stage implements AutoCloseable {
    static final String SUMMARY = "rotate prod by ann";

    private static final long LONGEST_SECONDS = 60;

    private final TestWorkflowEnvironment environment;
    private final Rotation rotation;

    Stage(ScriptedSteps steps) {
        this(steps, DefaultDataConverter.newDefaultInstance());
    }

    Stage(ScriptedSteps steps, DataConverter converter) {
        environment = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(converter)
                        // Stands in recorded histories instead of this machine's name.
                        .setIdentity("test")
                        .build())
                .build());
        Worker worker = environment.newWorker(
                Rotation.taskQueueFor("prod"),
                WorkerOptions.newBuilder()
                        .setMaxHeartbeatThrottleInterval(Duration.ofMillis(50))
                        .setDefaultHeartbeatThrottleInterval(Duration.ofMillis(50))
                        .build());
        worker.registerWorkflowImplementationTypes(DurableRotation.class);
        worker.registerActivitiesImplementations(steps);
        environment.start();
        rotation = environment
                .getWorkflowClient()
                .newWorkflowStub(
                        Rotation.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(Rotation.idFor("prod"))
                                .setTaskQueue(Rotation.taskQueueFor("prod"))
                                .setStaticSummary(SUMMARY)
                                .build());
    }

    /** Starts a run and waits for its end. */
    Outcome play() throws TimeoutException {
        start();
        return end();
    }

    Rotation start() {
        WorkflowClient.start(rotation::run, Request.of("prod", Purpose.ROTATE, "ann"));
        return rotation;
    }

    Outcome end() throws TimeoutException {
        return stub().getResult(LONGEST_SECONDS, TimeUnit.SECONDS, Outcome.class);
    }

    WorkflowStub stub() {
        return WorkflowStub.fromTyped(rotation);
    }

    WorkflowClient client() {
        return environment.getWorkflowClient();
    }

    WorkflowExecutionHistory history() {
        return environment.getWorkflowClient().fetchHistory(Rotation.idFor("prod"));
    }

    @Override
    public void close() {
        environment.close();
    }
}
