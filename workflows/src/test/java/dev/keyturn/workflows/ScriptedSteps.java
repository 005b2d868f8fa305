package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Settlement.Direction;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.Step.Kind;
import dev.keyturn.workflows.contract.StepReport;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Steps that do what a test says and remember what they were asked: {@code recover}, {@code plan}, {@code begin},
 * {@code back-up}, {@code stage}, {@code commit}, {@code examine}, {@code record}, or a {@link Step#id()}. Like the real
 * ones they know whether the run has committed. Safe for use by several threads.
 */
final class ScriptedSteps implements Steps {
    static final Lease LEASE = new Lease("prod", "run-1", "store-1", 7, 60, 0);

    static final Step WIDEN = step("promote", Kind.WIDEN, "cache");
    static final Step PUBLISH = step("promote", Kind.PUBLISH, "env-file .env");
    static final Step SWITCH = step("promote", Kind.SWITCH, "main");
    static final Step REDEPLOY = step("promote", Kind.REDEPLOY, "app");
    static final Step CHECK = step("promote", Kind.CHECK, "app");
    static final Step NARROW = step("withdraw", Kind.NARROW, "main");
    static final Step NARROW_CACHE = step("withdraw", Kind.NARROW, "cache");
    static final Step PUBLISH_BACK = step("start", Kind.PUBLISH, "env-file .env");
    static final Step SWITCH_BACK = step("start", Kind.SWITCH, "main");
    static final Step REDEPLOY_BACK = step("start", Kind.REDEPLOY, "app");
    static final Step NARROW_BACK = step("start", Kind.NARROW, "main");

    static final List<Pass> BEFORE = List.of(new Pass("promote", List.of(WIDEN, PUBLISH, SWITCH, REDEPLOY, CHECK)));
    static final List<Pass> AFTER = List.of(new Pass("withdraw", List.of(NARROW, NARROW_CACHE)));
    static final List<Pass> BACK =
            List.of(new Pass("start", List.of(PUBLISH_BACK, SWITCH_BACK, REDEPLOY_BACK, NARROW_BACK)));

    static final Remark BLOCKING =
            new Remark(Remark.Severity.BLOCKS, "account app on main", "found", "expected", "keyturn check");

    /** What happens in one try. */
    interface Act {
        void play() throws InterruptedException;
    }

    private final List<String> calls = new ArrayList<>();
    private final Map<String, Deque<Act>> acts = new HashMap<>();
    private final Map<String, Act> always = new HashMap<>();
    private Settlement left = Settlement.NOTHING;
    private Settlement found = new Settlement(LEASE, Direction.BACK, BACK, List.of(), true);
    private Plan plan = plan(BEFORE, AFTER, List.of());
    private boolean committed;
    private Ending ending;

    private static Step step(String arrangement, Kind kind, String object) {
        return new Step(arrangement, kind, object, kind.name().toLowerCase(Locale.ROOT) + " " + object, 30);
    }

    static Plan plan(List<Pass> before, List<Pass> after, List<Remark> remarks) {
        List<Change> changes =
                before.isEmpty() ? List.of() : List.of(new Change("app_pw", "generated", 1, 2, "generated", ""));
        return new Plan("prod", Purpose.ROTATE, "digest-1", changes, before, after, List.of(), remarks);
    }

    static Act fail(FailureType type, String text) {
        return () -> {
            boolean again = type.worthTryingAgain() || type == FailureType.UNHEALTHY;
            throw again
                    ? ApplicationFailure.newFailure(text, type.name())
                    : ApplicationFailure.newNonRetryableFailure(text, type.name());
        };
    }

    /** Signals that it is there, and goes on when it is let. */
    static Act meet(CountDownLatch here, CountDownLatch goOn) {
        return () -> {
            here.countDown();
            goOn.await();
        };
    }

    /** In the next tries of this step, one act each. */
    synchronized ScriptedSteps on(String name, Act... next) {
        acts.computeIfAbsent(name, key -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    synchronized ScriptedSteps always(String name, Act act) {
        always.put(name, act);
        return this;
    }

    synchronized ScriptedSteps planning(Plan next) {
        plan = next;
        return this;
    }

    /** An earlier run is found, and how it is to end. */
    synchronized ScriptedSteps leaving(Direction direction, List<Pass> passes, Remark... remarks) {
        left = new Settlement(LEASE, direction, passes, List.of(remarks), true);
        committed = direction == Direction.FORWARD;
        return this;
    }

    /** The earlier run is not what is asked for now. */
    synchronized ScriptedSteps notAskedFor() {
        left = left.withAsked(false);
        return this;
    }

    /** What an examination decides while the run has not committed; after that it is forward. */
    synchronized ScriptedSteps examining(Direction direction, List<Pass> passes, Remark... remarks) {
        found = new Settlement(LEASE, direction, passes, List.of(remarks), true);
        return this;
    }

    /** Every try so far, in order. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized Ending ending() {
        return ending;
    }

    private void play(String name) {
        Act act;
        synchronized (this) {
            calls.add(name);
            Deque<Act> next = acts.getOrDefault(name, new ArrayDeque<>());
            act = next.isEmpty() ? always.getOrDefault(name, () -> {}) : next.poll();
        }
        try {
            act.play();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Activity.wrap(e);
        }
    }

    private StepReport report(String name) {
        play(name);
        return new StepReport(name, true, "did it", 1_000, 10, List.of());
    }

    @Override
    public Settlement recover(Request request) {
        play("recover");
        synchronized (this) {
            return left;
        }
    }

    @Override
    public Plan plan(Request request) {
        play("plan");
        synchronized (this) {
            return plan;
        }
    }

    @Override
    public Lease begin(Request request, String digest) {
        play("begin");
        return LEASE;
    }

    @Override
    public StepReport backUp(Lease lease) {
        return report("back-up");
    }

    @Override
    public StepReport stage(Lease lease) {
        return report("stage");
    }

    @Override
    public StepReport apply(Lease lease, Step step) {
        return report(step.id());
    }

    @Override
    public StepReport commit(Lease lease) {
        StepReport report = report("commit");
        synchronized (this) {
            committed = true;
        }
        return report;
    }

    @Override
    public Settlement examine(Lease lease, boolean back) {
        play("examine");
        synchronized (this) {
            return committed ? new Settlement(LEASE, Direction.FORWARD, AFTER, List.of(), true) : found;
        }
    }

    @Override
    public Outcome record(Lease lease, Ending how) {
        play("record");
        synchronized (this) {
            ending = how;
        }
        return new Outcome(
                how.kind(),
                lease.run(),
                Purpose.ROTATE,
                how.cause(),
                List.of(),
                how.steps(),
                List.of(),
                how.failures());
    }
}
