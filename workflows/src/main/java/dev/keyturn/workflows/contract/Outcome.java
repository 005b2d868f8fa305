package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * How a run ended.
 *
 * @param kind which of the ends
 * @param run the run's identity; empty if it was refused before it had one
 * @param purpose what it was for
 * @param summary one sentence, with the next command where there is something to do
 * @param changes the secrets that changed, or would have
 * @param steps what each step did, in order, those of a turn-round included
 * @param gaps predicted and measured
 * @param remarks what differs, what was found, what to do
 */
public record Outcome(
        Kind kind,
        String run,
        Purpose purpose,
        String summary,
        List<Change> changes,
        List<StepReport> steps,
        List<Gap> gaps,
        List<Remark> remarks) {
    /** The possible ends. */
    public enum Kind {
        /** Everybody is on the new values, the old ones proven dead or the person named who must end them. */
        DONE,
        /** Everything is as it was before, proven. */
        ROLLED_BACK,
        /** Something is none of the known values; nothing was overwritten. */
        DRIFT,
        /** Nothing was begun. */
        REFUSED,
        /** Something needed to finish does not answer; the next command goes on from here. */
        UNSETTLED
    }

    public Outcome {
        changes = List.copyOf(changes);
        steps = List.copyOf(steps);
        gaps = List.copyOf(gaps);
        remarks = List.copyOf(remarks);
    }
}
