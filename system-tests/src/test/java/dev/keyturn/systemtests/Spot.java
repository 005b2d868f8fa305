package dev.keyturn.systemtests;

import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A place in a run at which a fault can strike. */
record Spot(String step, Moment moment) {
    static final String RECOVER = "recover";
    static final String BEGIN = "begin";
    static final String BACK_UP = "back-up";
    static final String STAGE = "stage";
    static final String COMMIT = "commit";
    static final String EXAMINE = "examine";
    static final String RECORD = "record";

    /** Steps that change what a survey sees of an account or a copy. */
    private static final Set<Step.Kind> SEEN =
            EnumSet.of(Step.Kind.WIDEN, Step.Kind.PUBLISH, Step.Kind.SWITCH, Step.Kind.SWITCH_ADMINISTRATOR);

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

    /** Where a process is killed that rotates without a back-up, which has tests of its own. */
    static List<Spot> ofAKill(Plan plan) {
        return ofAKill(of(plan)).stream()
                .filter(spot -> !spot.step.equals(BACK_UP))
                .toList();
    }

    /** Without the moments before a step, at which all is as after the step before it: a process that is dead remembers nothing. */
    static List<Spot> ofAKill(List<Spot> spots) {
        return spots.stream()
                .filter(spot -> spot.moment != Moment.BEFORE || spot.equals(spots.get(0)))
                .toList();
    }

    /**
     * Of what a run passed, each effect without its record: the moment that is hardest to take up. For runs whose steps are those of a
     * rotation, which is swept at every moment.
     */
    static List<Spot> inTheMiddle(List<Spot> passed) {
        return passed.stream().filter(spot -> spot.moment == Moment.MIDDLE).toList();
    }

    /** The last place before the commit point: everything has been changed. */
    static Spot beforeCommit(Plan plan) {
        List<String> ids = ids(plan.beforeCommit());
        return new Spot(ids.get(ids.size() - 1), Moment.AFTER);
    }

    /** Of what a run passed that turned round, the way back: from where it looked at what there is. */
    static List<Spot> wayBack(List<Spot> passed) {
        return passed.subList(passed.indexOf(new Spot(EXAMINE, Moment.BEFORE)), passed.size());
    }

    private static List<String> ids(List<Pass> passes) {
        return passes.stream().flatMap(p -> p.steps().stream()).map(Step::id).toList();
    }

    /** Whether every account and every copy has the new value when the process dies here; none is seen to have the old one. */
    boolean isAllNew(Plan plan) {
        String last = plan.beforeCommit().stream()
                .flatMap(pass -> pass.steps().stream())
                .filter(step -> SEEN.contains(step.kind()))
                .reduce((earlier, later) -> later)
                .map(Step::id)
                .orElse(COMMIT);
        List<Spot> all = of(plan);
        return all.indexOf(this) >= all.indexOf(new Spot(last, Moment.MIDDLE));
    }

    /** Whether the commit is durable when a fault strikes here. */
    boolean isCommitted(Plan plan) {
        boolean later = step.equals(RECORD) || ids(plan.afterCommit()).contains(step);
        return later || (step.equals(COMMIT) && moment != Moment.BEFORE);
    }

    /** For another process. */
    String word() {
        return moment + " " + step;
    }

    /** Reads what {@link #word} wrote. */
    static Spot parse(String word) {
        String[] parts = word.split(" ", 2);
        return new Spot(parts[1], Moment.valueOf(parts[0]));
    }

    @Override
    public String toString() {
        return moment.name().toLowerCase(Locale.ROOT) + " " + step;
    }
}
