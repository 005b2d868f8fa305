package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Request;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One run. Its workflow ID, {@link #idFor}, is the environment's lock: Temporal runs one workflow of an ID at a time.
 */
@WorkflowInterface
public interface Rotation {
    @WorkflowMethod
    Outcome run(Request request);

    /** How far the run is. */
    @QueryMethod
    Progress progress();

    /**
     * Turns the run round at the next safe place. Refused once it has committed.
     *
     * @return a sentence for a person
     */
    @UpdateMethod
    String abort(String reason);

    @UpdateValidatorMethod(updateName = "abort")
    void mayAbort(String reason);

    static String idFor(String environment) {
        return "rotation/" + environment;
    }

    /** The task queue of the workers beside an environment. */
    static String taskQueueFor(String environment) {
        return "keyturn-" + environment;
    }
}
