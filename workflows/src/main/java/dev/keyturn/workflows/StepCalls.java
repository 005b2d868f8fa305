package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Calls the steps with the time-outs and retries that each deserves, and keeps the journal. */
final class StepCalls {
    /**
     * How long a look may take: every account of every server, with a wrong password each, and there may be hundreds. Whoever looks says every
     * few seconds that it is alive, so a worker that is gone is noticed long before.
     */
    private static final Duration LOOK = Duration.ofMinutes(15);

    /** Longer than the longest pause of a step that says it is alive. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final Journal journal;
    private long calls;

    StepCalls(Journal journal) {
        this.journal = journal;
    }

    Settlement recover(Request request) {
        return listed(
                "recover",
                "look for an unfinished run",
                () -> steps(LOOK, LOOK, false, "recover").recover(request));
    }

    Plan plan(Request request) {
        return listed(
                "plan",
                "look at everything and plan",
                () -> steps(LOOK, LOOK, false, "plan").plan(request));
    }

    Lease begin(Request request, String digest) {
        return listed(
                "begin",
                "take the lock and plan again",
                () -> steps(LOOK, LOOK, false, "lock").begin(request, digest));
    }

    void backUp(Lease lease) {
        reported("back-up", "write a backup and read it back", lease, Steps::backUp);
    }

    void stage(Lease lease) {
        reported("stage", "make the new versions durable", lease, Steps::stage);
    }

    void commit(Lease lease) {
        reported("commit", "make the new versions current", lease, Steps::commit);
    }

    /** One step before the commit point: a service that does not come up turns the run round at once. */
    void apply(Lease lease, Step step) {
        apply(lease, step, false);
    }

    /** One step on the way back or after the commit point: there is no other way, so it is tried for as long as patience lasts. */
    void applyPatiently(Lease lease, Step step) {
        apply(lease, step, true);
    }

    Settlement examine(Lease lease, boolean back) {
        return listed(
                "examine",
                "look at everything and decide",
                () -> steps(LOOK, patience(lease, LOOK), false, "examine").examine(numbered(lease), back));
    }

    Outcome record(Lease lease, Ending ending) {
        return listed(
                "record",
                "write the record and give back the lock",
                () -> steps(LOOK, patience(lease, LOOK), false, "record").record(numbered(lease), ending));
    }

    private void apply(Lease lease, Step step, boolean patiently) {
        Duration within = Duration.ofSeconds(step.withinSeconds());
        Steps stub = steps(within, patience(lease, within), patiently, step.summary());
        StepReport report = listed(step.id(), step.summary(), () -> stub.apply(numbered(lease), step));
        journal.ended(step.id(), report);
    }

    private void reported(String id, String summary, Lease lease, BiFunction<Steps, Lease, StepReport> call) {
        Steps stub = steps(LOOK, patience(lease, LOOK), false, summary);
        journal.ended(id, listed(id, summary, () -> call.apply(stub, numbered(lease))));
    }

    private <T> T listed(String id, String summary, Supplier<T> call) {
        journal.begun(id, summary);
        try {
            T result = call.get();
            journal.ended(id);
            return result;
        } catch (TemporalFailure failure) {
            journal.failed(id, Failure.of(failure));
            throw failure;
        }
    }

    /** One call comes after the other, so the number tells a try that slept from what was called since. */
    private Lease numbered(Lease lease) {
        calls++;
        return lease.forCall(calls);
    }

    private static Duration patience(Lease lease, Duration within) {
        return within.plusSeconds(lease.patienceSeconds());
    }

    private static Steps steps(Duration within, Duration altogether, boolean patiently, String summary) {
        String[] hopeless = Arrays.stream(FailureType.values())
                .filter(type -> !type.worthTryingAgain() && !(patiently && type == FailureType.UNHEALTHY))
                .map(FailureType::name)
                .toArray(String[]::new);
        RetryOptions retries = RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofMillis(200))
                .setBackoffCoefficient(2)
                .setMaximumInterval(Duration.ofSeconds(5))
                .setDoNotRetry(hopeless)
                .build();
        ActivityOptions options = ActivityOptions.newBuilder()
                .setStartToCloseTimeout(within)
                .setScheduleToCloseTimeout(altogether)
                .setHeartbeatTimeout(SILENCE)
                // A step that was told to stop must have stopped before anything else is decided.
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(retries)
                .setSummary(summary)
                .build();
        return Workflow.newActivityStub(Steps.class, options);
    }
}
