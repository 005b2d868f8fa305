package dev.keyturn.worker;

import dev.keyturn.workflows.DurableRotation;
import dev.keyturn.workflows.Rotation;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.common.converter.DataConverter;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Temporal server, as Temporal's usual settings name it: {@code TEMPORAL_*} variables, or a profile of its configuration file. */
final class ServerEngine implements Engine {
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final String address;
    private final String environment;
    private Optional<WorkerFactory> factory = Optional.empty();

    ServerEngine(ClientConfigProfile profile, String environment, DataConverter converter) {
        this.environment = environment;
        this.stubs = WorkflowServiceStubs.newServiceStubs(profile.toWorkflowServiceStubsOptions());
        WorkflowClientOptions options = WorkflowClientOptions.newBuilder(profile.toWorkflowClientOptions())
                .setDataConverter(converter)
                .build();
        this.client = WorkflowClient.newInstance(stubs, options);
        this.address = stubs.getOptions().getTarget() + ", namespace "
                + client.getOptions().getNamespace();
        connect();
    }

    private void connect() {
        try {
            stubs.connect(Duration.ofSeconds(10));
        } catch (RuntimeException e) {
            stubs.shutdownNow();
            throw new EnvironmentException(
                    EnvironmentException.Kind.UNAVAILABLE,
                    "Temporal at " + address + " does not answer. Nothing was changed."
                            + " Next: start it, or unset TEMPORAL_ADDRESS to run in process.");
        }
    }

    /** The server that is configured; empty if none is, so that runs happen in process. */
    static Optional<ClientConfigProfile> configured() {
        try {
            return Optional.of(ClientConfigProfile.load())
                    .filter(profile -> profile.getAddress() != null
                            && !profile.getAddress().isEmpty());
        } catch (IOException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    "Temporal's configuration file cannot be read ("
                            + e.getClass().getSimpleName()
                            + "). Nothing was changed. Next: look at TEMPORAL_CONFIG_FILE.");
        }
    }

    /** Starts working on the environment's task queue. */
    void work(Steps steps) {
        WorkerFactory started = WorkerFactory.newInstance(client);
        Worker worker = started.newWorker(Rotation.taskQueueFor(environment), Workers.options());
        worker.registerWorkflowImplementationTypes(DurableRotation.class);
        worker.registerActivitiesImplementations(steps);
        started.start();
        factory = Optional.of(started);
    }

    @Override
    public WorkflowClient client() {
        return client;
    }

    @Override
    public String name() {
        return "Temporal at " + address;
    }

    @Override
    public Optional<String> abort(String reason) {
        Rotation run = client.newWorkflowStub(Rotation.class, Rotation.idFor(environment));
        if (!isRunning()) {
            return Optional.empty();
        }
        try {
            String said = run.abort(reason);
            return Optional.of(said);
        } catch (WorkflowException e) {
            throw new EnvironmentException(EnvironmentException.Kind.REFUSED, Runs.reason(e));
        }
    }

    @Override
    public Optional<Progress> progress() {
        try {
            return isRunning()
                    ? Optional.of(client.newWorkflowStub(Rotation.class, Rotation.idFor(environment))
                            .progress())
                    : Optional.empty();
        } catch (WorkflowServiceException e) {
            return Optional.empty();
        }
    }

    private boolean isRunning() {
        try {
            return client.newUntypedWorkflowStub(Rotation.idFor(environment))
                            .describe()
                            .getStatus()
                    == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
        } catch (WorkflowException e) {
            return false;
        }
    }

    @Override
    public void close() {
        factory.ifPresent(working -> {
            working.shutdown();
            working.awaitTermination(30, TimeUnit.SECONDS);
        });
        stubs.shutdownNow();
    }
}
