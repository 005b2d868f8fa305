package dev.keyturn.systemtests;

import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import java.util.function.Supplier;

/** Steps around which a fault may strike. */
record FaultySteps(Steps steps, Faults faults) implements Steps {
    @Override
    public Settlement recover(Request request) {
        return around("recover", () -> steps.recover(request));
    }

    @Override
    public Plan plan(Request request) {
        return around("plan", () -> steps.plan(request));
    }

    @Override
    public Lease begin(Request request, String digest) {
        return around(Spot.BEGIN, () -> steps.begin(request, digest));
    }

    @Override
    public StepReport backUp(Lease lease) {
        return around(Spot.BACK_UP, () -> steps.backUp(lease));
    }

    @Override
    public StepReport stage(Lease lease) {
        return around(Spot.STAGE, () -> steps.stage(lease));
    }

    @Override
    public StepReport apply(Lease lease, Step step) {
        return around(step.id(), () -> steps.apply(lease, step));
    }

    @Override
    public StepReport commit(Lease lease) {
        return around(Spot.COMMIT, () -> steps.commit(lease));
    }

    @Override
    public Settlement examine(Lease lease, boolean back) {
        return around("examine", () -> steps.examine(lease, back));
    }

    @Override
    public Outcome record(Lease lease, Ending ending) {
        return around(Spot.RECORD, () -> steps.record(lease, ending));
    }

    private <T> T around(String id, Supplier<T> step) {
        faults.begin(id);
        T result = step.get();
        faults.end(id);
        return result;
    }
}
