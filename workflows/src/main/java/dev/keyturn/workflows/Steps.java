package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import io.temporal.activity.ActivityInterface;

/**
 * What a rotation is made of, as activities. Each may be run again at any time: it looks first and makes only the difference.
 * Failures are of a {@link dev.keyturn.workflows.contract.FailureType}, with a message fit to print.
 */
@ActivityInterface
public interface Steps {
    /**
     * Looks for a run that was not closed. If there is one, takes its lease, ends the sessions of earlier holders, looks
     * at everything the run could have touched, and decides. Fails as REFUSED while another holder is alive.
     */
    Settlement recover(Request request);

    /** Looks at everything and says what a run would do. Changes nothing. */
    Plan plan(Request request);

    /**
     * Takes the lock, plans again and writes the run down. Fails as REFUSED if the lock is held or the plan is not
     * {@code digest} any more.
     */
    Lease begin(Request request, String digest);

    /** Writes a backup, reads it back, compares. */
    StepReport backUp(Lease lease);

    /** Makes the new versions and has them durable, before anything outside sees one. */
    StepReport stage(Lease lease);

    /** Makes one step true. */
    StepReport apply(Lease lease, Step step);

    /** Makes the new versions current in one write. From here on the run goes forward. */
    StepReport commit(Lease lease);

    /**
     * Looks at everything the run could have touched and decides how to end it.
     *
     * @param back whether to go back even if everything is new already
     */
    Settlement examine(Lease lease, boolean back);

    /** Writes down how the run ended and gives the lock back. */
    Outcome record(Lease lease, Ending ending);
}
