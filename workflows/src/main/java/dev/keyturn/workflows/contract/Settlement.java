package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * How a run that was not closed is brought to an end, decided from what is found.
 *
 * @param lease the right to do so; its epoch is higher than that of whoever left the run
 * @param direction where to converge
 * @param passes the way there
 * @param remarks what was found, object by object, where it matters
 * @param asked whether the run's good end is also what is asked for now, so that nothing is left to be begun
 */
public record Settlement(Lease lease, Direction direction, List<Pass> passes, List<Remark> remarks, boolean asked) {
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

    /** There is no run to settle. */
    public static final Settlement NOTHING = new Settlement(Lease.NONE, Direction.NOTHING, List.of(), List.of(), false);

    public Settlement {
        passes = List.copyOf(passes);
        remarks = List.copyOf(remarks);
    }

    public Settlement withAsked(boolean isAsked) {
        return new Settlement(lease, direction, passes, remarks, isAsked);
    }
}
