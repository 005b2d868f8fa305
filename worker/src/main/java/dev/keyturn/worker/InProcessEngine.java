package dev.keyturn.worker;

import dev.keyturn.workflows.DurableRotation;
import dev.keyturn.workflows.Rotation;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.Progress;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.Optional;

/**
 * Temporal's server in this very process: nothing to install, and a crash loses its history, which the store makes good. Time
 * skipping is off, or every wait would end at once.
 */
final class InProcessEngine implements Engine {
    private final TestWorkflowEnvironment environment;

    InProcessEngine(String environmentName, Steps steps, DataConverter converter) {
        this.environment = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(converter)
                        .build())
                .build());
        var worker = environment.newWorker(Rotation.taskQueueFor(environmentName), Workers.options());
        worker.registerWorkflowImplementationTypes(DurableRotation.class);
        worker.registerActivitiesImplementations(steps);
        environment.start();
    }

    @Override
    public WorkflowClient client() {
        return environment.getWorkflowClient();
    }

    @Override
    public String name() {
        return "in process";
    }

    /** A run of another process cannot be asked from here; {@link AbortWish} reaches it. */
    @Override
    public Optional<String> abort(String reason) {
        return Optional.empty();
    }

    @Override
    public Optional<Progress> progress() {
        return Optional.empty();
    }

    @Override
    public void close() {
        environment.close();
    }
}
