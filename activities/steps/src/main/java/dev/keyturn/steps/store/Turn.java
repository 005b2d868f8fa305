package dev.keyturn.steps.store;

import java.util.Comparator;

/**
 * Which try of which call of a run may write: the one that came last. A step is called again by whoever thinks its first try dead; that one
 * may only have slept.
 *
 * @param call the number of the call in its run, from 1 upwards; 0 before the first
 * @param attempt the number of the try of that call, from 1 upwards; 0 before the first
 */
public record Turn(long call, int attempt) implements Comparable<Turn> {
    /** Of a holder that has just come. */
    public static final Turn FIRST = new Turn(0, 0);

    private static final Comparator<Turn> ORDER =
            Comparator.comparingLong(Turn::call).thenComparingInt(Turn::attempt);

    @Override
    public int compareTo(Turn other) {
        return ORDER.compare(this, other);
    }

    /** Whether an earlier try of the same call may still sleep somewhere. */
    public boolean isRepeated() {
        return attempt > 1;
    }
}
