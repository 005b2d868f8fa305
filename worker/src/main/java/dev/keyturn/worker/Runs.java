package dev.keyturn.worker;

import dev.keyturn.workflows.Rotation;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Starts a run, watches it, and waits for its end. */
final class Runs {
    private static final long WATCH_MILLIS = 100;

    private final WorkflowClient client;
    private final Supplier<String> abortWish;

    /** @param abortWish a wish to abort from elsewhere; empty while there is none */
    Runs(WorkflowClient client, Supplier<String> abortWish) {
        this.client = client;
        this.abortWish = abortWish;
    }

    Outcome run(Request request, Consumer<Progress> watcher) {
        Rotation rotation = client.newWorkflowStub(
                Rotation.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(Rotation.idFor(request.environment()))
                        .setTaskQueue(Rotation.taskQueueFor(request.environment()))
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                        .setStaticSummary(request.purpose().name().toLowerCase(java.util.Locale.ROOT) + " "
                                + request.environment() + " by " + request.by())
                        .build());
        try {
            WorkflowClient.start(rotation::run, request);
        } catch (WorkflowExecutionAlreadyStarted e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.REFUSED,
                    "Another run holds the environment " + request.environment() + ": workflow "
                            + e.getExecution().getWorkflowId() + ", run "
                            + e.getExecution().getRunId()
                            + ". Nothing was changed. Next: keyturn status, or keyturn abort");
        }
        return watched(rotation, watcher, WorkflowStub.fromTyped(rotation).getResultAsync(Outcome.class));
    }

    private Outcome watched(Rotation rotation, Consumer<Progress> watcher, CompletableFuture<Outcome> result) {
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "keyturn-watch");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var unused = watch.scheduleWithFixedDelay(
                    () -> look(rotation, watcher), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
            Outcome outcome = await(rotation, result);
            watch.shutdown();
            watch.awaitTermination(5, TimeUnit.SECONDS);
            quietly(() -> watcher.accept(rotation.progress()));
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException(
                    EnvironmentException.Kind.UNAVAILABLE,
                    "Interrupted before the run had ended. Next: keyturn status, then keyturn repair");
        } finally {
            watch.shutdownNow();
        }
    }

    /** The first interrupt is a wish to turn round, and the end is waited for; a second one leaves. */
    private static Outcome await(Rotation rotation, CompletableFuture<Outcome> result) throws InterruptedException {
        try {
            return end(result);
        } catch (InterruptedException e) {
            quietly(() -> rotation.abort("interrupted by its operator"));
            return end(result);
        }
    }

    private static Outcome end(CompletableFuture<Outcome> result) throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WorkflowException failed) {
                throw new EnvironmentException(
                        EnvironmentException.Kind.UNAVAILABLE,
                        "The run could not write down its end: " + reason(failed) + " Next: keyturn repair");
            }
            throw new EnvironmentException(
                    EnvironmentException.Kind.UNAVAILABLE,
                    "The engine failed (" + e.getCause().getClass().getSimpleName() + "). Next: keyturn repair");
        }
    }

    private void look(Rotation rotation, Consumer<Progress> watcher) {
        quietly(() -> {
            String wish = abortWish.get();
            if (!wish.isEmpty()) {
                rotation.abort(wish);
            }
        });
        quietly(() -> watcher.accept(rotation.progress()));
    }

    /** A look that fails, because the run has just ended or the server is busy, is simply made again. */
    private static void quietly(Runnable look) {
        try {
            look.run();
        } catch (WorkflowException e) {
            // The next look, or the end, says what there is to say.
        }
    }

    /** What a failed workflow or a refused update says, in words fit to print. */
    static String reason(WorkflowException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApplicationFailure failure) {
                return failure.getOriginalMessage();
            }
        }
        return e instanceof WorkflowServiceException
                ? "The Temporal server does not answer."
                : "The run failed ("
                        + (e instanceof WorkflowFailedException
                                ? "workflow"
                                : e.getClass().getSimpleName()) + ").";
    }
}
