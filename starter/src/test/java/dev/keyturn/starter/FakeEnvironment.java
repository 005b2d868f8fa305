package dev.keyturn.starter;

import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Proof;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import dev.keyturn.workflows.environment.BackupLine;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.RunLine;
import dev.keyturn.workflows.environment.SecretLine;
import dev.keyturn.workflows.environment.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers with what a test puts in, and remembers what it was asked for. */
final class FakeEnvironment implements Environment {
    static final Instant BEGUN = Instant.parse("2026-11-20T02:00:00Z");

    /** What a run says to a person before it begins. */
    Optional<String> note = Optional.empty();

    /** What a run does; called with the request and the watcher. */
    interface Run {
        Outcome run(Request request, Consumer<Progress> watcher);
    }

    final List<Request> planned = new ArrayList<>();
    final List<Request> ran = new ArrayList<>();
    List<Remark> remarks = new ArrayList<>();
    List<Change> changes = List.of(new Change("db_password", "generated", 3, 4, "generated", "sessions end"));
    List<SecretLine> secrets = List.of();
    List<RunLine> runs = List.of();
    List<BackupLine> backups = List.of();
    Optional<RunLine> open = Optional.empty();
    Optional<String> aborted = Optional.empty();
    String abortReason;
    RuntimeException trouble;
    RuntimeException onClose;
    Run run = (request, watcher) -> outcome(Outcome.Kind.DONE, request.purpose());
    Runnable work = () -> {};
    boolean closed;

    static Outcome outcome(Outcome.Kind kind, Purpose purpose) {
        return new Outcome(
                kind,
                kind == Outcome.Kind.REFUSED ? "" : "r-7",
                purpose,
                "This is how it ended.",
                List.of(new Change("db_password", "generated", 3, 4, "generated", "")),
                List.of(new StepReport(
                        "promote switch main",
                        true,
                        "app changed",
                        1_700_000_000_000L,
                        1234,
                        List.of(
                                new Proof("db_password: new password of app on main", true, "accepted", ""),
                                new Proof(
                                        "oidc_secret: old secret", false, "cannot be shown", "the provider's admin")))),
                List.of(new Gap("app on main", 2000, 850)),
                List.of());
    }

    @Override
    public String name() {
        return "prod";
    }

    @Override
    public List<Remark> check() {
        fail();
        return remarks;
    }

    @Override
    public Plan plan(Request request) {
        fail();
        planned.add(request);
        var step = new Step("promote", Step.Kind.SWITCH, "main", "app on main accepts version 4", 30);
        return new Plan(
                "prod",
                request.purpose(),
                "digest-1",
                changes,
                changes.isEmpty() ? List.of() : List.of(new Pass("promote", List.of(step))),
                List.of(),
                changes.isEmpty() ? List.of() : List.of(new Gap("app on main", 2000, -1)),
                remarks);
    }

    @Override
    public List<SecretLine> list() {
        return secrets;
    }

    @Override
    public List<RunLine> history(int most) {
        return runs.subList(0, Math.min(most, runs.size()));
    }

    @Override
    public Status status() {
        fail();
        return new Status(
                "prod",
                "in process",
                "",
                open,
                Optional.empty(),
                runs.stream().findFirst(),
                List.of(),
                secrets.size(),
                open.isPresent() ? "keyturn repair" : "");
    }

    @Override
    public Outcome run(Request request, Consumer<Progress> watcher, Consumer<String> notes) {
        ran.add(request);
        note.ifPresent(notes);
        return run.run(request, watcher);
    }

    @Override
    public Optional<String> abort(String reason) {
        abortReason = reason;
        return aborted;
    }

    @Override
    public BackupLine backUp() {
        return backups.get(0);
    }

    @Override
    public List<BackupLine> backups() {
        return backups;
    }

    @Override
    public BackupLine verifyBackup(String name) {
        fail();
        return backups.stream()
                .filter(backup -> name.isEmpty() || backup.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void work() {
        work.run();
    }

    @Override
    public void close() {
        closed = true;
        if (onClose != null) {
            throw onClose;
        }
    }

    private void fail() {
        if (trouble != null) {
            throw trouble;
        }
    }
}
