package dev.keyturn.worker;

import dev.keyturn.workflows.DurableRotation;
import dev.keyturn.workflows.Rotation;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.common.converter.DataConverter;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A Temporal server, as Temporal's usual settings name it: {@code TEMPORAL_*} variables, or a profile of its configuration file. */
final class ServerEngine implements Engine {
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final String address;
    private final String environment;
    private Optional<WorkerFactory> factory = Optional.empty();

    ServerEngine(ClientConfigProfile profile, String environment, DataConverter converter) {
        this.environment = environment;
        this.stubs = stubs(profile);
        WorkflowClientOptions options = WorkflowClientOptions.newBuilder(profile.toWorkflowClientOptions())
                .setDataConverter(converter)
                .build();
        this.client = WorkflowClient.newInstance(stubs, options);
        this.address = stubs.getOptions().getTarget() + ", namespace "
                + client.getOptions().getNamespace();
        connect();
    }

    private static WorkflowServiceStubs stubs(ClientConfigProfile profile) {
        try {
            return WorkflowServiceStubs.newServiceStubs(profile.toWorkflowServiceStubsOptions());
        } catch (RuntimeException e) {
            throw misconfigured(e);
        }
    }

    private void connect() {
        try {
            stubs.connect(Duration.ofSeconds(30));
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
        return configured(System.getenv());
    }

    /** @param variables the environment variables */
    static Optional<ClientConfigProfile> configured(Map<String, String> variables) {
        try {
            LoadClientConfigProfileOptions wanted = LoadClientConfigProfileOptions.newBuilder()
                    .setEnvOverrides(variables)
                    .build();
            return Optional.of(ClientConfigProfile.load(wanted))
                    .filter(profile -> profile.getAddress() != null
                            && !profile.getAddress().isEmpty());
        } catch (RuntimeException e) {
            throw misconfigured(e);
        } catch (IOException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    "Temporal's configuration file cannot be read ("
                            + e.getClass().getSimpleName()
                            + "). Nothing was changed. Next: look at TEMPORAL_CONFIG_FILE.");
        }
    }

    /** What the settings say cannot be. The SDK's own message is not passed on: it may quote a key. */
    private static EnvironmentException misconfigured(RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof FileSystemException)) {
            cause = cause.getCause();
        }
        String found = cause instanceof FileSystemException file
                ? file.getFile() + " cannot be read (" + cause.getClass().getSimpleName() + ")"
                : cause.getClass().getSimpleName();
        return new EnvironmentException(
                EnvironmentException.Kind.USAGE,
                "Temporal's settings cannot be used: " + found
                        + ". Nothing was changed. Next: look at TEMPORAL_PROFILE,"
                        + " TEMPORAL_CONFIG_FILE, TEMPORAL_ADDRESS and TEMPORAL_TLS_*");
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

    /**
     * Starts a run and waits for its end, however long that takes.
     *
     * @param notes told what the run waits for when no worker answers
     */
    Outcome run(Request request, Consumer<Progress> watcher, Consumer<String> notes) {
        try (Waiting waiting = new Waiting(this::whyNobodyAnswers, notes)) {
            return Runs.onServer(client, this::abort).run(request, watcher.andThen(progress -> waiting.answered()));
        } catch (EnvironmentException e) {
            throw isTakenBack()
                    ? new EnvironmentException(
                            EnvironmentException.Kind.REFUSED,
                            "The run was taken back before a worker had begun it. Nothing was changed.")
                    : e;
        }
    }

    private String whyNobodyAnswers() {
        String next =
                " The run goes on as soon as a worker of this store answers. Next, beside the servers that it rotates:"
                        + " keyturn worker";
        try {
            return tasks().contains(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
                    ? "Waiting: a worker for " + environment + " at " + name()
                            + " cannot read the run. Has it another store, or"
                            + " another version of Keyturn? It says more itself." + next
                    : "Waiting: no worker for " + environment + " answers at " + name() + "." + next;
        } catch (StatusRuntimeException | WorkflowException e) {
            return "Waiting: " + name() + " does not answer. The run goes on when it is back.";
        }
    }

    /** Whether the newest run was ended before a worker had done anything of it. */
    private boolean isTakenBack() {
        try {
            return status() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED && !isTaken();
        } catch (StatusRuntimeException | WorkflowException e) {
            return false;
        }
    }

    private boolean isTaken() {
        return tasks().contains(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    }

    private Set<EventType> tasks() {
        return client.streamHistory(Rotation.idFor(environment))
                .map(HistoryEvent::getEventType)
                .collect(Collectors.toSet());
    }

    /**
     * Asks the run to turn round. One that no worker has begun is taken back: nobody is there to ask, and whoever starts a
     * worker later would not expect it. Should a worker begin it at this very moment, the next command finds it, as if its
     * worker had died.
     */
    @Override
    public Optional<String> abort(String reason) {
        if (!isRunning()) {
            return Optional.empty();
        }
        try {
            if (!isTaken()) {
                client.newUntypedWorkflowStub(Rotation.idFor(environment)).terminate(reason);
                return Optional.of("The run was taken back before a worker had begun it.");
            }
            return Optional.of(client.newWorkflowStub(Rotation.class, Rotation.idFor(environment))
                    .abort(reason));
        } catch (WorkflowUpdateException e) {
            // It is refused for nothing else. Its own words are lost: the SDK 1.38 wraps a refusal that is encrypted
            // already.
            throw new EnvironmentException(
                    EnvironmentException.Kind.REFUSED,
                    "The run has committed: the new values are current and it goes forward only. Next: wait for its end (keyturn"
                            + " status)");
        } catch (WorkflowServiceException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.UNAVAILABLE,
                    "No worker has answered the wish to abort, and the run goes on as soon as one does. Next: keyturn worker,"
                            + " and then keyturn abort");
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
            return status() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
        } catch (WorkflowException e) {
            return false;
        }
    }

    private WorkflowExecutionStatus status() {
        return client.newUntypedWorkflowStub(Rotation.idFor(environment))
                .describe()
                .getStatus();
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
