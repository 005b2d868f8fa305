package dev.keyturn.worker;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.steps.audit.AuditException;
import dev.keyturn.steps.backup.BackupException;
import dev.keyturn.steps.backup.BackupFile;
import dev.keyturn.steps.backup.Backups;
import dev.keyturn.steps.backup.Verified;
import dev.keyturn.steps.run.BackingUp;
import dev.keyturn.steps.run.Inspection;
import dev.keyturn.steps.run.RotationSteps;
import dev.keyturn.steps.store.Header;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.StoreException;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.codec.Converters;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.BackupLine;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import dev.keyturn.workflows.environment.EnvironmentException.Kind;
import dev.keyturn.workflows.environment.RunLine;
import dev.keyturn.workflows.environment.SecretLine;
import dev.keyturn.workflows.environment.Status;
import io.temporal.common.converter.DataConverter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** An environment whose store lies on this machine. */
final class LocalEnvironment implements Environment {
    /** Two minutes without an answer. */
    private static final int LOOKS_IN_VAIN = 12;

    /** How long a wish to abort waits to be taken. */
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(10);

    private final Opening opening;
    private final UnaryOperator<Steps> around;

    LocalEnvironment(Opening opening, UnaryOperator<Steps> around) {
        this.opening = opening;
        this.around = around;
    }

    @Override
    public String name() {
        return opening.manifest().environment();
    }

    @Override
    public List<Remark> check() {
        return telling(() -> new Inspection(opening.existing().site()).check());
    }

    @Override
    public Plan plan(Request request) {
        return telling(() -> isFirst(request.purpose()) && !opening.storeExists()
                ? opening.beforeTheStore(site -> new Inspection(site).plan(request))
                : new Inspection(opening.existing().site()).plan(request));
    }

    @Override
    public List<SecretLine> list() {
        return telling(() -> ledger().secrets());
    }

    @Override
    public List<RunLine> history(int most) {
        return telling(() -> ledger().runs(most));
    }

    @Override
    public Status status() {
        return telling(() -> {
            State state = opening.existing().store().read();
            Optional<Header.Holder> holder = opening.existing().store().holderAtWork();
            Ledger ledger = new Ledger(opening.manifest(), state);
            var server = ServerEngine.configured();
            Optional<Progress> progress = Optional.empty();
            String engine = "in process";
            if (server.isPresent() && ledger.openRun().isPresent()) {
                try (Engine asked = new ServerEngine(server.get(), name(), converter())) {
                    progress = asked.progress();
                    engine = asked.name();
                }
            } else if (server.isPresent()) {
                engine = "Temporal at " + server.get().getAddress();
            }
            boolean left = ledger.openRun().isPresent() && progress.isEmpty() && holder.isEmpty();
            return new Status(
                    name(),
                    engine,
                    holder.map(LocalEnvironment::text).orElse(""),
                    ledger.openRun(),
                    progress,
                    ledger.lastClosed(),
                    ledger.due(),
                    opening.manifest().secrets().size(),
                    left ? "keyturn repair" : "");
        });
    }

    private static String text(Header.Holder holder) {
        return "run " + holder.run() + ", process " + holder.pid() + " on " + holder.host() + ", until "
                + holder.until();
    }

    @Override
    public Outcome run(Request request, Consumer<Progress> watcher, Consumer<String> notes) {
        return telling(() -> {
            Opening.Opened opened = site(request.purpose());
            AbortWish wish = new AbortWish(opened.store().directory());
            var server = ServerEngine.configured();
            if (server.isPresent()) {
                try (ServerEngine engine = new ServerEngine(server.get(), name(), converter())) {
                    return engine.run(request, watcher, notes);
                }
            }
            try (Engine engine = new InProcessEngine(name(), steps(opened), converter())) {
                return Runs.inProcess(engine.client(), wish, LOOKS_IN_VAIN).run(request, watcher);
            }
        });
    }

    @Override
    public Optional<String> abort(String reason) {
        return telling(() -> {
            State state = opening.existing().store().read();
            Optional<String> run = state.openRun().map(open -> open.id());
            var server = ServerEngine.configured();
            if (server.isPresent()) {
                try (Engine engine = new ServerEngine(server.get(), name(), converter())) {
                    return engine.abort(reason).map(said -> run.orElse("rotation/" + name()));
                }
            }
            if (run.isEmpty() || opening.existing().store().holderAtWork().isEmpty()) {
                return Optional.empty();
            }
            if (state.openRun().get().phase() == dev.keyturn.steps.store.Run.Phase.COMMITTED) {
                throw new EnvironmentException(
                        Kind.REFUSED,
                        "Run " + run.get() + " has committed: the new values are current and it goes forward only."
                                + " Next: wait for its end (keyturn status), or keyturn repair");
            }
            wish(run.get(), reason);
            return run;
        });
    }

    /** Returns when the run, which asks for wishes ten times a second, has taken this one. */
    private void wish(String run, String reason) {
        AbortWish wish = new AbortWish(opening.existing().store().directory());
        try {
            wish.make(run, reason);
        } catch (IOException e) {
            throw new EnvironmentException(
                    Kind.UNAVAILABLE,
                    "The wish to abort cannot be written into the store's folder ("
                            + e.getClass().getSimpleName() + "). Run " + run + " goes on.");
        }
        long deadline = System.nanoTime() + TAKEN_WITHIN.toNanos();
        while (wish.of(run).isPresent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        if (wish.of(run).isPresent() && wish.end(run)) {
            throw new EnvironmentException(
                    Kind.UNAVAILABLE,
                    "Run " + run + " has not taken the wish to abort within " + TAKEN_WITHIN.toSeconds()
                            + " s, and it was withdrawn: the run goes on. If a worker of a Temporal server runs it, the wish"
                            + " must go there. Next: keyturn status, or set TEMPORAL_ADDRESS and keyturn abort");
        }
    }

    @Override
    public BackupLine backUp() {
        return telling(() ->
                line(backupPlace().create(BackingUp.contents(opening.existing().site()))));
    }

    @Override
    public List<BackupLine> backups() {
        return telling(
                () -> backupPlace().list().stream().map(LocalEnvironment::line).toList());
    }

    @Override
    public BackupLine verifyBackup(String name) {
        return telling(() -> {
            List<BackupFile> all = backupPlace().list();
            String chosen = name;
            if (chosen.isEmpty()) {
                if (all.isEmpty()) {
                    throw new EnvironmentException(Kind.REFUSED, "There is no backup yet. Next: keyturn backup create");
                }
                chosen = all.get(0).name();
            } else if (all.stream().noneMatch(backup -> backup.name().equals(name))) {
                throw new EnvironmentException(
                        Kind.USAGE, "There is no backup " + name + " of " + name() + ". Next: keyturn backup list");
            }
            return line(backupPlace().verify(chosen));
        });
    }

    private Backups backupPlace() {
        return opening.existing()
                .site()
                .backups()
                .orElseThrow(() -> new EnvironmentException(
                        Kind.USAGE,
                        opening.manifest().file() + " names no place for backups. Next: add backup: to the manifest"));
    }

    @Override
    public void work() {
        telling(() -> {
            var profile = ServerEngine.configured()
                    .orElseThrow(() -> new EnvironmentException(
                            Kind.USAGE,
                            "A worker needs a Temporal server. Next: set TEMPORAL_ADDRESS, or run without a worker:"
                                    + " keyturn rotate works in process"));
            // A worker may be started before anything is set up: the key under which it reads payloads is in the store.
            Opening.Opened opened = opening.existingOrNew();
            try (ServerEngine engine = new ServerEngine(profile, name(), converter())) {
                engine.work(steps(opened));
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        });
    }

    private Opening.Opened site(Purpose purpose) {
        return isFirst(purpose) ? opening.existingOrNew() : opening.existing();
    }

    /** Whether it may be what a store begins with. */
    private static boolean isFirst(Purpose purpose) {
        return purpose == Purpose.SETUP || purpose == Purpose.IMPORT;
    }

    private Steps steps(Opening.Opened opened) {
        return around.apply(new RotationSteps(opened.site()));
    }

    private Ledger ledger() {
        return new Ledger(opening.manifest(), opening.existing().store().read());
    }

    private DataConverter converter() {
        return Converters.encrypting(opening.existing().store().key().derive("payload"));
    }

    private static BackupLine line(Verified verified) {
        return new BackupLine(
                verified.file().name(),
                verified.file().written(),
                verified.file().bytes(),
                verified.secrets(),
                verified.files(),
                "intact");
    }

    private static BackupLine line(BackupFile file) {
        return new BackupLine(file.name(), file.written(), file.bytes(), 0, 0, "");
    }

    /** Only exceptions whose message is made to be read by a person come through as they are. */
    private static <T> T telling(Supplier<T> work) {
        try {
            return work.get();
        } catch (StoreException e) {
            Kind kind = switch (e.kind()) {
                case HELD, MISSING, FOREIGN, TOO_OPEN, WRONG_KEY -> Kind.REFUSED;
                case BUSY, DAMAGED, UNWRITABLE -> Kind.UNAVAILABLE;
            };
            throw new EnvironmentException(kind, e.getMessage());
        } catch (AdapterException | BackupException | AuditException e) {
            throw new EnvironmentException(Kind.UNAVAILABLE, e.getMessage());
        }
    }

    @Override
    public void close() {
        opening.close();
    }
}
