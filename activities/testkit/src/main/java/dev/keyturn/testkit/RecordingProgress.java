package dev.keyturn.testkit;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what an adapter reports, with the longest silence, and can tell it to stop. The first silence begins with the
 * construction. Safe for use by several threads.
 */
public final class RecordingProgress implements Progress {
    private final List<String> reports = new ArrayList<>();
    private long last = System.nanoTime();
    private long longest;
    private int cancelAfter = Integer.MAX_VALUE;

    /** The report after this many throws CANCELLED, and so does each later one; 0 means the very next. */
    public synchronized RecordingProgress cancelAfter(int more) {
        cancelAfter = reports.size() + more;
        return this;
    }

    @Override
    public synchronized void alive(String where) {
        silence();
        if (reports.size() >= cancelAfter) {
            throw new AdapterException(AdapterException.Reason.CANCELLED, "told to stop");
        }
        reports.add(where);
    }

    /** All reports so far, the first one first. */
    public synchronized List<String> reports() {
        return List.copyOf(reports);
    }

    /** The longest time without a report, the one that lasts now included. */
    public synchronized Duration longestSilence() {
        silence();
        return Duration.ofNanos(longest);
    }

    private void silence() {
        long now = System.nanoTime();
        longest = Math.max(longest, now - last);
        last = now;
    }
}
