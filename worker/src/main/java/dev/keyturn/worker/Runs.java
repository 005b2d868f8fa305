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
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Starts a run, watches it, and waits for its end. */
final class Runs {
    private static final long WATCH_MILLIS = 100;

    /** An engine that stands still lets one wait; one that says no at once lives. */
    private static final long WORTH_COUNTING = Duration.ofSeconds(1).toNanos();

    private final WorkflowClient client;
    private final Optional<AbortWish> wish;
    private final int looksInVain;
    private final BiConsumer<Rotation, String> abort;

    /**
     * Runs of an engine that lives in this process, which nobody else can restart.
     *
     * @param wish where other processes leave their wish to abort
     * @param looksInVain after so many looks without an answer, one after the other and each of up to ten seconds, the engine is
     *     taken to stand still. Temporal's in-process server does when a wish to cancel crosses a step's end
     */
    static Runs inProcess(WorkflowClient client, AbortWish wish, int looksInVain) {
        return new Runs(client, Optional.of(wish), looksInVain, Rotation::abort);
    }

    /**
     * Runs of a server: it is waited for, however long it is away.
     *
     * @param abort asks the run to turn round
     */
    static Runs onServer(WorkflowClient client, Consumer<String> abort) {
        return new Runs(client, Optional.empty(), Integer.MAX_VALUE, (run, reason) -> abort.accept(reason));
    }

    private Runs(WorkflowClient client, Optional<AbortWish> wish, int looksInVain, BiConsumer<Rotation, String> abort) {
        this.client = client;
        this.wish = wish;
        this.looksInVain = looksInVain;
        this.abort = abort;
    }

    Outcome run(Request request, Consumer<Progress> watcher) {
        Rotation rotation = client.newWorkflowStub(
                Rotation.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(Rotation.idFor(request.environment()))
                        .setTaskQueue(Rotation.taskQueueFor(request.environment()))
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                        .setStaticSummary(request.purpose().name().toLowerCase(Locale.ROOT) + " "
                                + request.environment() + " by " + request.by())
                        .build());
        // From here on something may change: whoever watches must know it before it does.
        watcher.accept(new Progress("", "", List.of()));
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
        // Three, because an engine that stands still answers none of them: an abort, a wish to abort, a look.
        ScheduledExecutorService watch = Executors.newScheduledThreadPool(3, task -> {
            Thread thread = new Thread(task, "keyturn-watch");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Look look = new Look(rotation, watcher, result);
            repeatedly(watch, look::again);
            wish.ifPresent(made -> repeatedly(watch, () -> passOn(made, look.run(), rotation)));
            Outcome outcome = await(
                    result,
                    () -> watch.execute(() -> quietly(() -> abort.accept(rotation, "interrupted by its operator"))));
            watch.shutdown();
            watch.awaitTermination(5, TimeUnit.SECONDS);
            look.again();
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

    private static void repeatedly(ScheduledExecutorService watch, Runnable task) {
        var unused = watch.scheduleWithFixedDelay(task, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The first interrupt is a wish to turn round, and the end is waited for; a second one leaves. */
    private static Outcome await(CompletableFuture<Outcome> result, Runnable abort) throws InterruptedException {
        try {
            return end(result);
        } catch (InterruptedException e) {
            abort.run();
            return end(result);
        }
    }

    private static Outcome end(CompletableFuture<Outcome> result) throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EnvironmentException told) {
                throw told;
            }
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

    /** Takes a wish away only when the run has answered it, be it by a refusal: it has committed then, which it said when it was asked. */
    private static void passOn(AbortWish wish, String run, Rotation rotation) {
        wish.of(run).ifPresent(reason -> {
            try {
                rotation.abort(reason);
                wish.end(run);
            } catch (WorkflowUpdateException refused) {
                wish.end(run);
            } catch (WorkflowException unanswered) {
                // The next look tries again.
            }
        });
    }

    /** Asks how far the run is, and ends the wait for it when nobody answers any more. */
    private final class Look {
        private final Rotation rotation;
        private final Consumer<Progress> watcher;
        private final CompletableFuture<Outcome> result;
        private int inVain;
        private volatile String run = "";

        Look(Rotation rotation, Consumer<Progress> watcher, CompletableFuture<Outcome> result) {
            this.rotation = rotation;
            this.watcher = watcher;
            this.result = result;
        }

        void again() {
            long began = System.nanoTime();
            if (quietly(this::look)) {
                inVain = 0;
            } else if (System.nanoTime() - began > WORTH_COUNTING && ++inVain >= looksInVain) {
                result.completeExceptionally(new EnvironmentException(
                        EnvironmentException.Kind.UNAVAILABLE,
                        "The engine stands still: it has not answered for a long time. What was done so far is in the"
                                + " store. Next: keyturn repair"));
            }
        }

        private void look() {
            Progress progress = rotation.progress();
            run = progress.run();
            watcher.accept(progress);
        }

        /** The run's identity; empty while it is not known. */
        String run() {
            return run;
        }
    }

    /** A look that fails, because the run has just ended or the server is busy, is simply made again. */
    private static boolean quietly(Runnable look) {
        try {
            look.run();
            return true;
        } catch (WorkflowException | EnvironmentException e) {
            // The next look, or the end, says what there is to say.
            return false;
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
