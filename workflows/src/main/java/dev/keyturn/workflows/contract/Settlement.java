package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * How a run that was not closed is brought to an end, decided from what is found.
 *
 * @param lease the right to do so; its epoch is higher than that of whoever left the run
 * @param direction where to converge
 * @param passes the way there
 * @param remarks what was found, object by object, where it matters
 */
public record Settlement(Lease lease, Direction direction, List<Pass> passes, List<Remark> remarks) {
    /** Where to converge. */
    public enum Direction {
        /** There is no run to settle. */
        NOTHING,
        /** On the arrangement found at the start; the new versions are abandoned. */
        BACK,
        /** Everything is new already: check, commit, go forward; back if the check fails. */
        COMMIT,
        /** It was committed: on its end. */
        FORWARD,
        /** Something is none of the known values: no write. */
        DRIFT,
        /** Something does not answer: to be looked at again before anything is decided. */
        UNDECIDED
    }

    public Settlement {
        passes = List.copyOf(passes);
        remarks = List.copyOf(remarks);
    }
}
