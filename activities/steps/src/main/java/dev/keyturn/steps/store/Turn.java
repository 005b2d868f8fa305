package dev.keyturn.steps.store;

import java.time.Instant;

/**
 * Which try of which call of a run may write: the one that came last. A step is called again by whoever thinks its first try dead; that one
 * may only have slept.
 *
 * @param workflow the run of the workflow that calls. A reset makes another, which repeats calls of the one before and numbers them alike
 * @param called when the call was made, by the clock of Temporal's server: of two runs of the workflow it tells the later one
 * @param call the number of the call in its run of the workflow, from 1 upwards; 0 before the first
 * @param attempt the number of the try of that call, from 1 upwards; 0 before the first
 */
public record Turn(String workflow, Instant called, long call, int attempt) {
    /** Of a holder that has just come. */
    public static final Turn FIRST = new Turn("", Instant.EPOCH, 0, 0);

    /** Whether it comes after the other. No clock is asked within one run of the workflow, because it may be set. */
    boolean isAfter(Turn other) {
        if (!workflow.equals(other.workflow)) {
            return called.isAfter(other.called);
        }
        return call > other.call || (call == other.call && attempt > other.attempt);
    }

    /** Whether an earlier try of the same call may still sleep somewhere. */
    public boolean isRepeated() {
        return attempt > 1;
    }
}
