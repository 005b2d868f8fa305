package dev.keyturn.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A thread of this process that opens a new login every so often, each time with what the supplier gives then. For
 * tests that need no consumer of its own.
 */
public final class LoginTraffic implements AutoCloseable {
    private final List<Traffic.Attempt> attempts = new ArrayList<>();
    private final String name;
    private final Supplier<LoginTarget.Access> access;
    private final Thread thread;
    private volatile boolean stopped;

    private LoginTraffic(String name, Duration interval, Supplier<LoginTarget.Access> access) {
        this.name = name;
        this.access = access;
        thread = new Thread(() -> run(interval.toNanos()), "logins-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts at once. */
    public static LoginTraffic every(Duration interval, String name, Supplier<LoginTarget.Access> access) {
        return new LoginTraffic(name, interval, access);
    }

    /** What was seen so far. */
    public Traffic traffic() {
        synchronized (attempts) {
            return new Traffic(attempts);
        }
    }

    /** Waits until this many more logins have been tried, so that a test can see what comes after its change. */
    public void awaitAttempts(int more) throws InterruptedException {
        synchronized (attempts) {
            int wanted = attempts.size() + more;
            while (attempts.size() < wanted) {
                attempts.wait();
            }
        }
    }

    /** Stops, and returns when the last login is over. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(long interval) {
        for (long next = System.nanoTime(); !stopped; next += interval) {
            for (long left; !stopped && (left = next - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
            if (!stopped) {
                note(attempt(name, access.get()));
            }
        }
    }

    private void note(Traffic.Attempt attempt) {
        synchronized (attempts) {
            attempts.add(attempt);
            attempts.notifyAll();
        }
    }

    static Traffic.Attempt attempt(String name, LoginTarget.Access access) {
        try {
            access.login();
            return new Traffic.Attempt(Instant.now(), name, "");
        } catch (LoginFailed e) {
            return new Traffic.Attempt(Instant.now(), name, e.getMessage());
        }
    }
}
