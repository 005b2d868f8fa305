package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.StepReport;
import java.util.List;

/** Outcomes of runs that have no record of their own, because they never held the lock or lost it. */
final class Endings {
    private Endings() {}

    static Outcome notBegun(Plan plan) {
        long blocking = plan.remarks().stream().filter(Remark::blocks).count();
        String summary = plan.refused()
                ? "Refused: " + blocking + " finding(s) speak against it. Nothing was changed."
                : "Nothing to do: everything is as wanted. Nothing was changed.";
        Outcome.Kind kind = plan.refused() ? Outcome.Kind.REFUSED : Outcome.Kind.DONE;
        return new Outcome(kind, "", plan.purpose(), summary, plan.changes(), List.of(), plan.gaps(), plan.remarks());
    }

    static Outcome refused(Request request, Failure cause) {
        return new Outcome(
                Outcome.Kind.REFUSED, "", request.purpose(), cause.text(), List.of(), List.of(), List.of(), List.of());
    }

    /** An earlier run may be open: what does not answer leaves it so, which is not the same as nothing begun. */
    static Outcome notRecovered(Request request, Failure cause) {
        boolean open = cause.type() == FailureType.UNAVAILABLE || cause.type() == FailureType.FENCED;
        Outcome.Kind kind = open ? Outcome.Kind.UNSETTLED : Outcome.Kind.REFUSED;
        return new Outcome(kind, "", request.purpose(), cause.text(), List.of(), List.of(), List.of(), List.of());
    }

    /** An earlier run came to a good end, which is not what was asked for now: that was not begun. */
    static Outcome notAskedFor(Request request, Outcome ended) {
        if (ended.kind() != Outcome.Kind.DONE) {
            return ended;
        }
        String summary = "Not begun: first run " + ended.run() + ", which was not finished, was brought to its end. "
                + ended.summary() + " Next: what was asked for, again";
        return new Outcome(
                Outcome.Kind.REFUSED,
                ended.run(),
                request.purpose(),
                summary,
                ended.changes(),
                ended.steps(),
                ended.gaps(),
                ended.remarks());
    }

    static Outcome fenced(Request request, Lease lease, Failure cause, List<StepReport> reports) {
        String summary = "Another holder took the environment over; this run has no effect any more. " + cause.text()
                + " Next: keyturn status";
        return new Outcome(
                Outcome.Kind.UNSETTLED,
                lease.run(),
                request.purpose(),
                summary,
                List.of(),
                reports,
                List.of(),
                List.of());
    }
}
