package dev.keyturn.systemtests;

import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Step;
import java.util.ArrayList;
import java.util.List;

/** A place in a run at which a fault can strike. */
record Spot(String step, Moment moment) {
    static final String BEGIN = "begin";
    static final String BACK_UP = "back-up";
    static final String STAGE = "stage";
    static final String COMMIT = "commit";
    static final String RECORD = "record";

    /** Every moment of every step of a run with this plan, in the order of the run. */
    static List<Spot> of(Plan plan) {
        List<String> steps = new ArrayList<>(List.of(BEGIN, BACK_UP, STAGE));
        steps.addAll(ids(plan.beforeCommit()));
        steps.add(COMMIT);
        steps.addAll(ids(plan.afterCommit()));
        steps.add(RECORD);
        return steps.stream()
                .flatMap(step -> List.of(Moment.values()).stream().map(moment -> new Spot(step, moment)))
                .toList();
    }

    private static List<String> ids(List<Pass> passes) {
        return passes.stream().flatMap(p -> p.steps().stream()).map(Step::id).toList();
    }

    /** Whether the commit is durable when a fault strikes here. */
    boolean isCommitted(Plan plan) {
        boolean later = step.equals(RECORD) || ids(plan.afterCommit()).contains(step);
        return later || (step.equals(COMMIT) && moment != Moment.BEFORE);
    }

    @Override
    public String toString() {
        return moment.name().toLowerCase(java.util.Locale.ROOT) + " " + step;
    }
}
