package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ever longer pauses, until a time is over. */
final class Deadline {
    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 500;

    private final long end;
    private long next = FIRST_MILLIS;

    Deadline(Duration patience) {
        this.end = System.nanoTime() + patience.toNanos();
    }

    /**
     * Waits a little; false, at once, if the time is over.
     *
     * @throws AdapterException CANCELLED if the thread is interrupted
     */
    boolean pause() {
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(next) >= end) {
            return false;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException(Reason.CANCELLED, "interrupted while waiting for PostgreSQL");
        }
        next = Math.min(next * 2, LONGEST_MILLIS);
        return true;
    }
}
