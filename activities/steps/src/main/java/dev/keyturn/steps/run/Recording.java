package dev.keyturn.steps.run;

import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.backup.BackupException;
import dev.keyturn.steps.backup.Backups;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.store.Due;
import dev.keyturn.steps.store.Retention;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Ending;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes down how a run ended, and says it. A run that drifted or is not settled stays open for the next command. */
final class Recording {
    private final Journey journey;
    private final Ending ending;
    private final List<Remark> afterwards = new ArrayList<>();

    Recording(Journey journey, Ending ending) {
        this.journey = journey;
        this.ending = ending;
    }

    /** Closes the run, where it is closed; a second time it finds that done. */
    void write() {
        Run run = journey.run();
        if (run.phase() == Run.Phase.CLOSED) {
            return;
        }
        Instant now = journey.site().now();
        switch (ending.kind()) {
            case DONE -> journey.site().store().update(journey.fence(), state -> done(state, now));
            case ROLLED_BACK ->
                journey.site()
                        .store()
                        .update(
                                journey.fence(),
                                state -> forget(state.abandon(run.id(), now).closed(run.id(), word(), now), now));
            case DRIFT, UNSETTLED, REFUSED -> {}
        }
        if (ending.kind() == Outcome.Kind.DONE) {
            journey.site().backups().ifPresent(this::prune);
        }
    }

    /** What the audit calls it: a run ends once, and until then it may be left open several times. */
    String event() {
        return switch (ending.kind()) {
            case DONE, ROLLED_BACK -> "ended";
            case DRIFT, UNSETTLED, REFUSED -> "left open";
        };
    }

    /** A run that has ended well is not spoilt by an old backup that cannot be removed. */
    private void prune(Backups backups) {
        int keep = journey.manifest().backup().orElseThrow().keep();
        try {
            backups.prune(keep);
        } catch (BackupException e) {
            afterwards.add(new Remark(
                    Severity.WARNS, "backups", e.getMessage(), "at most " + keep + " backups", "keyturn backup list"));
        }
    }

    Outcome outcome() {
        Run run = journey.run();
        List<Subject> subjects = journey.subjects();
        return new Outcome(
                ending.kind(),
                run.id(),
                run.purpose(),
                summary(),
                changes(),
                ending.steps(),
                gaps(subjects),
                remarks());
    }

    /** What was foretold when the run was planned, not what would be foretold now that its redeployments are known. */
    private List<Gap> gaps(List<Subject> subjects) {
        if (journey.run().purpose() == Purpose.IMPORT) {
            return List.of();
        }
        return new Gaps(journey.manifest(), journey.state())
                .measured(subjects, ending.steps()).stream()
                        .map(gap -> ending.predicted().stream()
                                .filter(told -> told.account().equals(gap.account()))
                                .findFirst()
                                .map(told -> new Gap(gap.account(), told.predictedMillis(), gap.measuredMillis()))
                                .orElse(gap))
                        .toList();
    }

    private State done(State state, Instant now) {
        State next = state;
        for (Subject subject : journey.subjects()) {
            int from = journey.run().from().get(subject.name());
            boolean changed = from != journey.run().to().get(subject.name());
            boolean previous = state.version(subject.name(), from)
                    .filter(v -> v.status() == Version.Status.PREVIOUS)
                    .isPresent();
            if (subject.course() == Course.SIGNING_KEY_RING_LATE) {
                next = withdrawn(next, subject.name(), now);
            } else if (changed && previous) {
                // There is one second place: who stood there before gave it to the version that was current.
                next = subject.course().withdrawsLate()
                        ? withdrawn(next, subject.name(), now)
                                .withDue(new Due(subject.name(), from, now.plus(overlap(subject.secret()))))
                        : next.retire(subject.name(), from, now);
            }
        }
        return forget(next.closed(journey.run().id(), word(), now), now);
    }

    /** Without any version that still waits: none has the second place any more. */
    private static State withdrawn(State state, String secret, Instant now) {
        State next = state;
        for (Due due : state.dues()) {
            if (due.secret().equals(secret)) {
                next = next.retire(secret, due.version(), now);
            }
        }
        return next;
    }

    private static Duration overlap(Secret secret) {
        return secret.kind() instanceof Kind.Generated generated
                ? generated.overlap().orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    private static State forget(State state, Instant now) {
        return Retention.forget(state, now);
    }

    private List<Change> changes() {
        Run run = journey.run();
        return journey.subjects().stream()
                .map(s -> {
                    int from = run.from().get(s.name());
                    int to = run.to().get(s.name());
                    String origin = from == to
                            ? "kept"
                            : run.moves().get(s.name()).origin().name().toLowerCase(Locale.ROOT);
                    return new Change(s.name(), s.secret().kind().word(), from, to, origin, "");
                })
                .toList();
    }

    private List<Remark> remarks() {
        List<Remark> remarks = new ArrayList<>(ending.failures());
        remarks.addAll(afterwards);
        if (ending.kind() == Outcome.Kind.DONE) {
            for (Subject subject : journey.subjects()) {
                boolean replaced = journey.run().from().get(subject.name()) > 0
                        && !journey.run()
                                .from()
                                .get(subject.name())
                                .equals(journey.run().to().get(subject.name()));
                if (replaced && subject.secret().kind() instanceof Kind.Provided) {
                    remarks.add(new Remark(
                            Severity.WARNS,
                            subject.name(),
                            "unprovable: only its provider can end the old value",
                            "the old value deleted at the provider",
                            "delete it there"));
                }
            }
        }
        return remarks;
    }

    String summary() {
        int count = journey.run().to().size();
        String secrets = count == 1 ? "1 secret" : count + " secrets";
        String cause = ending.cause().isEmpty() ? "" : " Cause: " + sentence(ending.cause());
        return switch (ending.kind()) {
            case DONE ->
                switch (journey.run().purpose()) {
                    case ROTATE -> secrets + " rotated: everybody is on the new values.";
                    case SETUP -> secrets + " set up.";
                    case IMPORT -> secrets + " taken over into the store; nothing else was changed.";
                    case REPAIR -> secrets + " brought back to what the store calls current.";
                };
            case ROLLED_BACK -> "Rolled back: everything is as it was before." + cause;
            case DRIFT ->
                "Drift: something is none of the values known; nothing of it was overwritten." + cause
                        + " Next: settle what is named, then keyturn repair";
            case UNSETTLED, REFUSED ->
                "Not settled: something does not answer or does not work yet." + cause + " Next: keyturn repair";
        };
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private String word() {
        return ending.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
