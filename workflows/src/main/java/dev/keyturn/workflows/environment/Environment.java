package dev.keyturn.workflows.environment;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One environment, opened from its manifest. Reads look at the store and the world directly and start no engine;
 * changes go through Temporal: in process, or on a server if Temporal's usual settings name one.
 *
 * <p>Every method may throw {@link EnvironmentException}, whose message is fit to print as it is.
 */
public interface Environment extends AutoCloseable {
    String name();

    /** Looks at every account, copy, file and right; changes nothing. Empty if all is well. */
    List<Remark> check();

    /** What a run would do; changes nothing and takes no lock. */
    Plan plan(Request request);

    /** The secrets and how they stand, without values, in the manifest's order. */
    List<SecretLine> list();

    /** The runs so far, the newest first, at most {@code most}. */
    List<RunLine> history(int most);

    Status status();

    /**
     * Runs, and returns when it has ended. {@code watcher} is called from one other thread whenever something moved.
     * An interrupt of the calling thread asks the run to abort and waits for its end.
     *
     * @param notes told, in words fit to print, what a run waits for that a person must see to; from another thread too
     */
    Outcome run(Request request, Consumer<Progress> watcher, Consumer<String> notes);

    /** As {@link #run(Request, Consumer, Consumer)}, with nobody to see to anything. */
    default Outcome run(Request request, Consumer<Progress> watcher) {
        return run(request, watcher, note -> {});
    }

    /**
     * Asks the run in progress, wherever it runs, to turn round.
     *
     * @return the identity of the run that took the wish; empty if none runs
     */
    Optional<String> abort(String reason);

    /** Writes a backup of what the store and the publications hold now. */
    BackupLine backUp();

    /** The backups there are, the newest first. */
    List<BackupLine> backups();

    /** Opens a backup, decrypts all of it and compares its checksums; {@code name} empty for the newest. */
    BackupLine verifyBackup(String name);

    /** Works for a Temporal server until the calling thread is interrupted. */
    void work();

    @Override
    void close();
}
