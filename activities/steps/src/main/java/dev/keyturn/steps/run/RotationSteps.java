package dev.keyturn.steps.run;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Progress;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.audit.AuditEntry;
import dev.keyturn.steps.look.Candidates;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Server;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The steps of a rotation over one environment. Safe for use by several threads. */
public final class RotationSteps implements Steps {
    private final Site site;

    public RotationSteps(Site site) {
        this.site = site;
    }

    @Override
    public Settlement recover(Request request) {
        return Attempt.at(patience(), site.store(), held -> {
            requireOurs(request.environment());
            return site.store()
                    .read()
                    .openRun()
                    .map(left -> takeUp(left, request, held))
                    .orElse(Settlement.NOTHING);
        });
    }

    private Settlement takeUp(Run seen, Request request, Consumer<Fence> held) {
        Fence fence = take(seen.id() + ", taken up by " + runId(), request.by());
        held.accept(fence);
        try {
            // Whoever held it may have come to its end since it was seen open.
            Optional<Run> left = site.store().read().openRun();
            if (left.isEmpty()) {
                site.store().release(fence);
                return Settlement.NOTHING;
            }
            String run = left.get().id();
            audit(run, request.by(), "taken up", "run " + run, "epoch " + fence.epoch());
            Lease lease = lease(fence, run);
            boolean asked = isAskedFor(left.get(), request);
            try {
                return settlement(journey(fence, run), lease, false).withAsked(asked);
            } catch (AdapterException e) {
                if (e.reason() != AdapterException.Reason.UNAVAILABLE) {
                    throw e;
                }
                return new Settlement(lease, Settlement.Direction.UNDECIDED, List.of(), List.of(), asked);
            }
        } catch (RuntimeException failed) {
            site.store().release(fence);
            throw failed;
        }
    }

    /** Whether the good end of a run that was left is all that is asked for now. */
    private boolean isAskedFor(Run left, Request request) {
        boolean same = left.purpose() == request.purpose();
        return switch (request.purpose()) {
            case REPAIR -> true;
            case SETUP, IMPORT -> same;
            case ROTATE ->
                same && left.to().keySet().containsAll(request.only().isEmpty() ? generated() : request.only());
        };
    }

    private Set<String> generated() {
        return site.manifest().secrets().values().stream()
                .filter(secret -> secret.kind() instanceof Kind.Generated)
                .map(Secret::name)
                .collect(Collectors.toSet());
    }

    /**
     * Takes the lease. One that is taken from a run that is closed was not given back, because its process ended in between: so
     * perhaps its end is not in the audit yet.
     */
    private Fence take(String run, String by) {
        State before = site.store().read();
        Fence fence = site.store().take(run);
        before.header()
                .holder()
                .ifPresent(holder -> before.runs().stream()
                        .filter(r ->
                                r.phase() == Run.Phase.CLOSED && holder.run().startsWith(r.id()))
                        .forEach(r -> audit(
                                r.id(),
                                by,
                                "ended",
                                "run " + r.id(),
                                "found closed and not given back: " + r.outcome())));
        return fence;
    }

    @Override
    public Plan plan(Request request) {
        return Attempt.at(patience(), () -> {
            requireOurs(request.environment());
            return new Planning(site, site.store().read(), request)
                    .prepare(runId())
                    .plan();
        });
    }

    @Override
    public Lease begin(Request request, String digest) {
        return Attempt.at(patience(), site.store(), held -> {
            requireOurs(request.environment());
            String id = runId();
            Fence fence = take(id, request.by());
            held.accept(fence);
            try {
                return begin(request, digest, id, fence);
            } catch (RuntimeException failed) {
                // Whoever comes next must not wait for a lease that nobody uses.
                site.store().release(fence);
                throw failed;
            }
        });
    }

    private Lease begin(Request request, String digest, String id, Fence fence) {
        State state = site.store().read();
        if (state.runs().stream().noneMatch(run -> run.id().equals(id))) {
            Prepared prepared = new Planning(site, state, request).prepare(id);
            String found = prepared.plan().digest();
            if (!found.equals(digest)
                    || !(request.digest().isEmpty() || request.digest().equals(found))) {
                throw new Refusal(
                        "The plan is not the one that was agreed to: something changed since, or this worker was"
                                + " started before the manifest was changed (digest " + found + ", expected "
                                + (request.digest().isEmpty() ? digest : request.digest())
                                + "). Nothing was changed. Next: start the worker again if there is one; keyturn plan");
            }
            Run run = prepared.run();
            if (!run.id().equals(id)) {
                throw new Refusal("Run " + run.id() + " is not finished. Nothing was changed. Next: keyturn repair");
            }
            audit(id, request.by(), "begun", run.purpose().name().toLowerCase(Locale.ROOT), request.reason());
            site.store().update(fence, s -> s.withRun(run));
        }
        return lease(fence, id);
    }

    @Override
    public StepReport backUp(Lease lease) {
        return step(lease, "back-up", (journey, progress) -> {
            if (site.backups().isEmpty()) {
                return Effect.of(false, "the manifest names no place for backups");
            }
            String name =
                    site.backups().get().create(BackingUp.contents(site)).file().name();
            return Effect.of(true, name + ": written, read back and compared");
        });
    }

    @Override
    public StepReport stage(Lease lease) {
        return step(lease, "stage", (journey, progress) -> {
            State before = journey.state();
            State after;
            try (Candidates candidates = new Candidates(site.manifest(), before, Copies.read(site), site.backedUp())) {
                Staging staging = new Staging(site.manifest(), candidates, site.now());
                staging.look(before, journey.run());
                after = site.store().update(journey.fence(), state -> staging.stage(state, journey.run()));
            }
            Staging.requireEveryVersion(after, journey.run());
            // Not before: only now is there a value with which every administrator can be tried.
            OlderSessions.end(journey(journey.fence(), lease.run()));
            int made = after.versions().size() - before.versions().size();
            return Effect.of(made > 0, made + " new versions, durable and not used by anybody yet");
        });
    }

    @Override
    public StepReport apply(Lease lease, Step step) {
        return step(lease, step.id(), (journey, progress) -> {
            String run = lease.run();
            if (!step.arrangement().equals(Arrangement.START) && journey.run().phase() == Run.Phase.PREPARED) {
                site.store().update(journey.fence(), state -> state.changing(run));
            }
            Journey now = journey(journey.fence(), run);
            if (Attempt.turn(lease).isRepeated() && step.kind().isOfAccounts()) {
                // The try before may only have slept, with a session open and its turn looked at already. It has one on
                // this server alone, and another that does not answer must not keep anybody from being put back.
                Server own = site.manifest().servers().get(step.object());
                audited(run, "end older sessions", () -> OlderSessions.end(now, List.of(own)));
            }
            return effect(now, step, progress);
        });
    }

    private static Effect effect(Journey journey, Step step, Progress progress) {
        String object = step.object();
        String arrangement = step.arrangement();
        return switch (step.kind()) {
            case WIDEN -> new Accounts(journey, object, arrangement).widen();
            case PUBLISH -> new Publications(journey, object).publish(arrangement);
            case SWITCH -> new Accounts(journey, object, arrangement).switchOver(false);
            case SWITCH_ADMINISTRATOR -> new Accounts(journey, object, arrangement).switchOver(true);
            case REDEPLOY -> new Services(journey, object).redeploy(arrangement, progress);
            case CHECK -> new Services(journey, object).check(arrangement, progress);
            case NARROW -> new Accounts(journey, object, arrangement).narrow();
            case STOP, REENCRYPT, START ->
                throw new Refusal("Step " + step.id() + ": no adapter of this version can do this.");
        };
    }

    @Override
    public StepReport commit(Lease lease) {
        return step(lease, "commit", (journey, progress) -> {
            Instant now = site.now();
            // An import changes nothing outside, so it comes to its commit point unprepared for anything else.
            site.store().update(journey.fence(), state -> state.commit(lease.run(), now));
            return Effect.of(true, journey.run().to().size() + " versions are current");
        });
    }

    @Override
    public Settlement examine(Lease lease, boolean back) {
        return Attempt.at(patience(), site.store(), held -> {
            Fence fence = claim(lease, held);
            fence.check();
            return settlement(journey(fence, lease.run()), lease, back);
        });
    }

    /** An administrator whose every password is refused is named as drift, which writes nothing, so no session need be ended. */
    private Settlement settlement(Journey journey, Lease lease, boolean back) {
        if (journey.run().phase() == Run.Phase.PREPARED) {
            // No session of it could change anything, and of a first set-up no administrator's password may be known
            // yet.
            return new Examination(journey).settle(lease, back);
        }
        try {
            audited(journey.run().id(), "end older sessions", () -> OlderSessions.end(journey));
        } catch (AdapterException e) {
            if (e.reason() != AdapterException.Reason.DENIED) {
                throw e;
            }
            Settlement found = new Examination(journey).settle(lease, back);
            if (found.direction() == Settlement.Direction.DRIFT) {
                return found;
            }
            throw e;
        }
        return new Examination(journey).settle(lease, back);
    }

    @Override
    public Outcome record(Lease lease, Ending ending) {
        return Attempt.at(patience(), site.store(), held -> {
            Fence fence = claim(lease, held);
            Recording recording = new Recording(journey(fence, lease.run()), ending);
            if (!isGivenBack(lease)) {
                fence.check();
                recording.write();
                audit(lease.run(), "", recording.event(), "run " + lease.run(), recording.summary());
                site.store().release(fence);
            }
            return recording.outcome();
        });
    }

    /** Whether an earlier try wrote all down, so that only its answer was lost. */
    private boolean isGivenBack(Lease lease) {
        var header = site.store().read().header();
        return header.epoch() == lease.epoch() && header.holder().isEmpty();
    }

    private interface Work {
        Effect done(Journey journey, Progress progress);
    }

    /** Every step: the fence first, an entry in the audit before and after, and how long it took. */
    private StepReport step(Lease lease, String id, Work work) {
        Progress progress = Attempt.progress();
        return Attempt.at(patience(), site.store(), held -> {
            Fence fence = claim(lease, held);
            fence.check();
            Instant began = site.now();
            Effect effect = audited(lease.run(), id, () -> work.done(journey(fence, lease.run()), progress));
            long millis = Duration.between(began, site.now()).toMillis();
            return new StepReport(id, effect.changed(), effect.detail(), began.toEpochMilli(), millis, effect.proofs());
        });
    }

    private Effect audited(String run, String id, Supplier<Effect> work) {
        audit(run, "", "step begun", id, "");
        Effect effect;
        try {
            effect = work.get();
        } catch (RuntimeException e) {
            ApplicationFailure failure = Attempt.failure(e);
            audit(run, "", "step failed", id, failure.getOriginalMessage());
            throw e;
        }
        audit(run, "", effect.changed() ? "step done" : "step found nothing to do", id, effect.detail());
        return effect;
    }

    private void audit(String run, String actor, String event, String object, String detail) {
        site.audit().append(new AuditEntry(run, actor, event, object, detail));
    }

    private Journey journey(Fence fence, String run) {
        State state = site.store().read();
        return new Journey(site, fence, state, state.run(run));
    }

    /** Takes the turn: from here on no earlier try, and no earlier step, of the run writes anything. */
    private Fence claim(Lease lease, Consumer<Fence> held) {
        requireOurs(lease.environment());
        State state = site.store().read();
        if (!state.header().storeId().equals(lease.store())) {
            throw new AdapterException(
                    AdapterException.Reason.FENCED,
                    "This worker has the store " + state.header().storeId() + ", but the run belongs to the store "
                            + lease.store() + ". Nothing was changed. Next: give this worker the run's store.");
        }
        Fence fence = site.store().claim(lease.epoch(), Attempt.turn(lease));
        held.accept(fence);
        return fence;
    }

    private Duration patience() {
        return site.manifest().patience();
    }

    private Lease lease(Fence fence, String run) {
        long patience = patience().toSeconds();
        return new Lease(site.manifest().environment(), run, fence.store(), fence.epoch(), patience, 0);
    }

    private void requireOurs(String environment) {
        if (!environment.equals(site.manifest().environment())) {
            throw new Refusal("This worker works for the environment "
                    + site.manifest().environment() + ", not for " + environment
                    + ". Nothing was changed. Next: give it the manifest of " + environment + ".");
        }
    }

    /**
     * The same for every try of a workflow's activities. Made of the end of the workflow's run identity: that is a UUIDv7 on
     * servers since 1.26, whose beginning is a clock that stands still for a minute.
     */
    private static String runId() {
        String workflowRun = Activity.getExecutionContext().getInfo().getWorkflowRunId();
        return "run-" + workflowRun.substring(workflowRun.length() - 8);
    }
}
