package dev.keyturn.testkit;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Fence;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A fence without a store: it holds until {@link #end()}, and can do something at the moment of a check. Safe for use by
 * several threads.
 */
public final class TestFence implements Fence {
    private final String store;
    private final long epoch;
    private final ReentrantLock holder = new ReentrantLock();
    private final AtomicInteger checks = new AtomicInteger();
    private volatile boolean over;
    private volatile Runnable afterCheck = () -> {};

    public TestFence(String store, long epoch) {
        this.store = store;
        this.epoch = epoch;
    }

    /** Another holder takes over: every check from now on throws FENCED. */
    public void end() {
        holder.lock();
        try {
            over = true;
        } finally {
            holder.unlock();
        }
    }

    /**
     * Runs once, after the next check was passed and before it returns: what a worker does not notice that sleeps there.
     * Not run within {@link #whileHeld}, which excludes it.
     */
    public void afterNextCheck(Runnable action) {
        afterCheck = action;
    }

    /** How often the fence was asked, in either way. */
    public int checks() {
        return checks.get();
    }

    @Override
    public String store() {
        return store;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void check() {
        refuseIfOver();
        Runnable action = afterCheck;
        afterCheck = () -> {};
        action.run();
    }

    @Override
    public <T> T whileHeld(Supplier<T> effect) {
        holder.lock();
        try {
            refuseIfOver();
            return effect.get();
        } finally {
            holder.unlock();
        }
    }

    private void refuseIfOver() {
        checks.incrementAndGet();
        if (over) {
            throw new AdapterException(
                    AdapterException.Reason.FENCED,
                    "epoch " + epoch + " of store " + store + " is over; nothing was changed");
        }
    }
}
