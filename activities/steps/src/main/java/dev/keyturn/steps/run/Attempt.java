package dev.keyturn.steps.run;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Progress;
import dev.keyturn.steps.audit.AuditException;
import dev.keyturn.steps.backup.BackupException;
import dev.keyturn.steps.manifest.ManifestException;
import dev.keyturn.steps.store.Store;
import dev.keyturn.steps.store.StoreException;
import dev.keyturn.steps.store.Turn;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Lease;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One try at an activity: says that it is alive while it works, keeps the lease, and turns whatever is thrown into a failure of
 * the contract, whose message is fit to print and whose cause is gone.
 */
final class Attempt {
    private static final Duration BEAT = Duration.ofSeconds(2);

    private static final ScheduledExecutorService BEATS = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "keyturn-beat");
        thread.setDaemon(true);
        return thread;
    });

    private Attempt() {}

    /**
     * A try without a lease: a look.
     *
     * @param patience after how long in vain no other try is made
     */
    static <T> T at(Duration patience, Supplier<T> work) {
        return beating(patience, () -> {}, work);
    }

    /** A try that comes by a lease, or by its turn under one, and says so: from then on the lease is kept from running out. */
    static <T> T at(Duration patience, Store store, Function<Consumer<Fence>, T> work) {
        AtomicReference<Fence> held = new AtomicReference<>();
        return beating(
                patience, () -> Optional.ofNullable(held.get()).ifPresent(store::renew), () -> work.apply(held::set));
    }

    /** Which of the run's tries this is, the call's number being the lease's. */
    static Turn turn(Lease lease) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        return new Turn(
                info.getWorkflowRunId(),
                Instant.ofEpochMilli(info.getScheduledTimestamp()),
                lease.call(),
                info.getAttempt());
    }

    /** What long work calls to say that it is alive; it throws when the run was told to turn round, or its worker ends. */
    static Progress progress() {
        ActivityExecutionContext context = Activity.getExecutionContext();
        return where -> {
            try {
                context.heartbeat(where);
            } catch (ActivityWorkerShutdownException | RejectedExecutionException e) {
                throw new WorkerEnds("The worker ends: " + where
                        + ". Another worker, or this one once it is back, tries the step again.");
            } catch (ActivityCompletionException e) {
                throw new AdapterException(
                        AdapterException.Reason.CANCELLED, "Stopped at a safe place: " + where + ".");
            }
        };
    }

    private static <T> T beating(Duration patience, Runnable renewal, Supplier<T> work) {
        ActivityExecutionContext context = Activity.getExecutionContext();
        ScheduledFuture<?> beat = BEATS.scheduleWithFixedDelay(
                () -> {
                    quietly(() -> context.heartbeat("at work"));
                    quietly(renewal);
                },
                BEAT.toMillis(),
                BEAT.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return work.get();
        } catch (RuntimeException e) {
            // Nobody interrupts a step but its worker, when it cannot wait any longer: whatever was made of that, the
            // work did not fail.
            boolean ended = Thread.currentThread().isInterrupted();
            ApplicationFailure failure = failure(ended ? new WorkerEnds("The worker ended within this step.") : e);
            throw isOver(patience, context.getInfo()) ? forGood(failure) : failure;
        } finally {
            beat.cancel(false);
        }
    }

    /** A beat that fails changes nothing: the step itself will learn that it was cancelled or fenced. */
    @SuppressWarnings("CatchAndPrintStackTrace")
    private static void quietly(Runnable beat) {
        try {
            beat.run();
        } catch (RuntimeException ignored) {
            // The work goes on; its own next check decides.
        }
    }

    /** By the engine's clock alone: this machine's may differ. */
    private static boolean isOver(Duration patience, ActivityInfo info) {
        return info.getCurrentAttemptScheduledTimestamp() - info.getScheduledTimestamp() >= patience.toMillis();
    }

    private static ApplicationFailure forGood(ApplicationFailure failure) {
        return ApplicationFailure.newNonRetryableFailure(failure.getOriginalMessage(), failure.getType());
    }

    static ApplicationFailure failure(RuntimeException thrown) {
        if (thrown instanceof AdapterException e) {
            return failure(FailureType.valueOf(e.reason().name()), e.getMessage());
        } else if (thrown instanceof Unhealthy e) {
            return failure(FailureType.UNHEALTHY, e.getMessage());
        } else if (thrown instanceof WorkerEnds e) {
            return failure(FailureType.UNAVAILABLE, e.getMessage());
        } else if (thrown instanceof StoreException e) {
            FailureType type = switch (e.kind()) {
                case HELD -> FailureType.REFUSED;
                case BUSY -> FailureType.UNAVAILABLE;
                case MISSING, WRONG_KEY, DAMAGED, TOO_OPEN, FOREIGN, UNWRITABLE -> FailureType.STORE;
            };
            return failure(type, e.getMessage());
        } else if (thrown instanceof BackupException || thrown instanceof AuditException) {
            return failure(FailureType.STORE, thrown.getMessage());
        } else if (thrown instanceof ManifestException || thrown instanceof Refusal) {
            return failure(FailureType.REFUSED, thrown.getMessage());
        }
        // What was not foreseen may quote a value: its class and place alone are told.
        StackTraceElement[] trace = thrown.getStackTrace();
        String place = trace.length == 0 ? "an unknown place" : trace[0].toString();
        return failure(
                FailureType.CONFIGURATION, "Unexpected " + thrown.getClass().getName() + " at " + place + ".");
    }

    private static ApplicationFailure failure(FailureType type, String message) {
        return type.worthTryingAgain() || type == FailureType.UNHEALTHY
                ? ApplicationFailure.newFailure(message, type.name())
                : ApplicationFailure.newNonRetryableFailure(message, type.name());
    }
}
