package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Settlement.Direction;
import dev.keyturn.workflows.contract.Step;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The whole rotation. {@link #run} is the story; whatever fails before the commit point goes to {@link #settle}, as does a
 * run that an earlier process left, so that a way back is the same {@link #converge} aimed at another arrangement.
 */
public final class DurableRotation implements Rotation {
    /**
     * Steps that take long and ask whether to stop. The others are over before a wish to stop could reach them, and Temporal's
     * in-process server stands still when such a wish crosses a step's end.
     */
    private static final Set<Step.Kind> STOPPABLE =
            EnumSet.of(Step.Kind.STOP, Step.Kind.REENCRYPT, Step.Kind.START, Step.Kind.REDEPLOY, Step.Kind.CHECK);

    private final Request request;
    private final Journal journal = new Journal();
    private final StepCalls steps = new StepCalls(journal);
    private Lease lease = Lease.NONE;
    private List<Gap> predicted = List.of();
    private CancellationScope forward;
    private String aborted = "";
    private boolean committed;

    @WorkflowInit
    public DurableRotation(Request request) {
        this.request = request;
    }

    @Override
    public Outcome run(Request same) {
        Optional<Outcome> earlier = finishEarlierRun();
        if (earlier.isPresent()) {
            return earlier.get();
        }
        Plan plan;
        try {
            plan = steps.plan(request);
            if (plan.refused() || plan.changesNothing()) {
                return Endings.notBegun(plan);
            }
            begin(plan);
            if (request.backup()) {
                steps.backUp(lease);
            }
            steps.stage(lease);
            converge(plan.beforeCommit());
            commit();
        } catch (TemporalFailure failure) {
            return turnRound(failure);
        }
        return goForward(plan.afterCommit());
    }

    /** Nothing is begun on top of a run that was left: its end is the end of this one. Empty if there is none. */
    private Optional<Outcome> finishEarlierRun() {
        Settlement left;
        try {
            left = steps.recover(request);
        } catch (TemporalFailure failure) {
            return Optional.of(Endings.notRecovered(request, Failure.of(failure)));
        }
        if (left.direction() == Direction.NOTHING) {
            return Optional.empty();
        }
        Outcome ended = settle(left, "an earlier run was not finished");
        return Optional.of(left.asked() ? ended : Endings.notAskedFor(request, ended));
    }

    private void begin(Plan plan) {
        predicted = plan.gaps();
        refuseIfAborted();
        lease = steps.begin(request, plan.digest());
    }

    /** Makes the arrangements true, one after the other; the first step that fails ends it. */
    private void converge(List<Pass> passes) {
        journal.expect(passes);
        for (Pass pass : passes) {
            for (Step step : pass.steps()) {
                refuseIfAborted();
                if (STOPPABLE.contains(step.kind())) {
                    forward = Workflow.newCancellationScope(() -> steps.apply(lease, step));
                    forward.run();
                } else {
                    steps.apply(lease, step);
                }
            }
        }
    }

    private void commit() {
        refuseIfAborted();
        // From here on there is nothing to cancel.
        committed = true;
        try {
            Workflow.newDetachedCancellationScope(() -> steps.commit(lease)).run();
        } catch (TemporalFailure failure) {
            committed = false;
            throw failure;
        }
    }

    /** Ends a run that failed before it could commit, or in the moment of it: what is found decides. */
    private Outcome turnRound(TemporalFailure failure) {
        Failure cause = Failure.of(failure);
        if (lease.equals(Lease.NONE)) {
            return Endings.refused(request, cause);
        }
        if (cause.type() == FailureType.FENCED) {
            return Endings.fenced(request, lease, cause, journal.reports());
        }
        return decide(true, aborted.isEmpty() ? cause.text() : "aborted: " + aborted);
    }

    /** Looks at everything and settles the run; while something does not answer nothing is decided, and the run stays open. */
    private Outcome decide(boolean back, String cause) {
        Settlement[] found = new Settlement[1];
        try {
            Workflow.newDetachedCancellationScope(() -> found[0] = steps.examine(lease, back))
                    .run();
        } catch (TemporalFailure failure) {
            Failure blind = Failure.of(failure);
            if (blind.type() == FailureType.FENCED) {
                return Endings.fenced(request, lease, blind, journal.reports());
            }
            return close(Outcome.Kind.UNSETTLED, cause + " Then: " + blind.text());
        }
        return settle(found[0], cause);
    }

    /** Brings a run to its end from what was found, whoever began it. */
    private Outcome settle(Settlement found, String cause) {
        lease = found.lease();
        found.remarks().forEach(journal::failed);
        return switch (found.direction()) {
            case UNDECIDED -> decide(false, cause);
            case NOTHING, DRIFT -> close(Outcome.Kind.DRIFT, cause);
            case FORWARD -> goForward(found.passes());
            case BACK -> convergeAll(found.passes(), Outcome.Kind.ROLLED_BACK, cause);
            case COMMIT -> {
                try {
                    converge(found.passes());
                    commit();
                } catch (TemporalFailure failure) {
                    yield turnRound(failure);
                }
                yield decide(false, cause);
            }
        };
    }

    private Outcome goForward(List<Pass> passes) {
        committed = true;
        return convergeAll(passes, Outcome.Kind.DONE, "");
    }

    /**
     * Like {@link #converge}, but past a failure the others go on: whoever can be helped is helped, and each failure is told.
     * Only then nothing is narrowed, for somebody may still need what would be taken away.
     */
    private Outcome convergeAll(List<Pass> passes, Outcome.Kind kind, String cause) {
        journal.expect(passes);
        Workflow.newDetachedCancellationScope(() -> {
                    boolean mayNarrow = true;
                    for (Step step : passes.stream()
                            .flatMap(pass -> pass.steps().stream())
                            .toList()) {
                        boolean narrows = step.kind() == Step.Kind.NARROW;
                        if (narrows && !mayNarrow) {
                            journal.notNarrowed(step);
                            continue;
                        }
                        try {
                            steps.applyPatiently(lease, step);
                        } catch (TemporalFailure failure) {
                            mayNarrow = mayNarrow && narrows;
                            journal.failed(Failure.of(failure).asRemark(step));
                        }
                    }
                })
                .run();
        Optional<Outcome.Kind> failed = journal.failureKind();
        return close(failed.orElse(kind), cause);
    }

    private Outcome close(Outcome.Kind kind, String cause) {
        Ending ending = new Ending(kind, cause, journal.reports(), predicted, journal.failures());
        Outcome[] outcome = new Outcome[1];
        try {
            Workflow.newDetachedCancellationScope(() -> outcome[0] = steps.record(lease, ending))
                    .run();
        } catch (TemporalFailure failure) {
            Failure why = Failure.of(failure);
            if (why.type() != FailureType.FENCED) {
                throw failure;
            }
            outcome[0] = Endings.fenced(request, lease, why, journal.reports());
        }
        Workflow.await(Workflow::isEveryHandlerFinished);
        return outcome[0];
    }

    private void refuseIfAborted() {
        if (!aborted.isEmpty()) {
            throw ApplicationFailure.newNonRetryableFailure("Aborted: " + aborted, FailureType.CANCELLED.name());
        }
    }

    @Override
    public Progress progress() {
        return journal.progress(lease.run());
    }

    @Override
    public void mayAbort(String reason) {
        if (committed) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "The run has committed: the new values are current and it goes forward only. Wait for its end.",
                    FailureType.REFUSED.name());
        }
    }

    @Override
    public String abort(String reason) {
        aborted = reason.isEmpty() ? "no reason given" : reason;
        if (forward != null) {
            forward.cancel(aborted);
        }
        return "The run turns round at the next safe place.";
    }
}
