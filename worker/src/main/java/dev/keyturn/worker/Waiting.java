package dev.keyturn.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells a person what a run waits for when nobody has said for some seconds how far it is: once, and again after an answer. Only
 * a worker answers, and at once even while a step runs.
 */
final class Waiting implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final Supplier<String> reason;
    private final Consumer<String> notes;
    private final ScheduledExecutorService looks;
    private volatile long answered = System.nanoTime();
    private boolean told;

    /** @param reason why nobody answers; asked for when it is to be told */
    Waiting(Supplier<String> reason, Consumer<String> notes) {
        this.reason = reason;
        this.notes = notes;
        this.looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "keyturn-waiting");
            thread.setDaemon(true);
            return thread;
        });
        var unused = looks.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    void answered() {
        answered = System.nanoTime();
    }

    private void look() {
        boolean silent = System.nanoTime() - answered > SILENCE.toNanos();
        if (silent && !told) {
            notes.accept(reason.get());
        }
        told = silent;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
