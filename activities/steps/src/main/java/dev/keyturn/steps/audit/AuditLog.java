package dev.keyturn.steps.audit;

import dev.keyturn.steps.store.AuditHead;
import dev.keyturn.steps.store.FileStore;
import dev.keyturn.steps.store.PrivateFiles;
import dev.keyturn.steps.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The audit of one store: a file of JSON lines in the store's folder, each bound to the one before by a hash under a key of the store. Lines
 * are only ever appended, and each is on the disk before {@link #append} returns.
 *
 * <p>Every write of the store's state also writes down how far the audit has come, so that a file cut short at its end is found out
 * too; entries since the last write of the state are the only ones that could be cut off unseen.
 *
 * <p>Safe for use by several threads and several processes.
 */
public final class AuditLog {
    private final FileStore store;
    private final Path file;
    private final Clock clock;
    private final AuditFile content;
    private volatile AuditFile.Tail known = AuditFile.Tail.EMPTY;

    private AuditLog(FileStore store, Clock clock) {
        this.store = store;
        this.file = store.directory().resolve(FileStore.AUDIT_FILE);
        this.clock = clock;
        this.content = new AuditFile(file, new Chain(store.key().derive("audit")));
    }

    /** The audit of this store, which from now on writes down how far it has come. Reads and writes nothing yet. */
    public static AuditLog open(FileStore store, Clock clock) {
        AuditLog log = new AuditLog(store, clock);
        store.anchor(() -> log.known.head());
        return log;
    }

    /**
     * Adds an entry. When this returns, it is durable.
     *
     * @throws AuditException if it cannot be written, or what is there was tampered with
     * @throws StoreException BUSY, if others stay in the store's critical section
     */
    public void append(AuditEntry entry) {
        store.exclusively(() -> {
            AuditFile.Tail tail = tail();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            AuditHead head = tail.head();
            if (!tail.terminated()) {
                bytes.write('\n');
            }
            if (tail.torn().length > 0) {
                Chain.Line healing = content.chain().line(head, clock.instant(), AuditFile.healed(tail.torn()));
                bytes.writeBytes(healing.bytes());
                head = healing.head();
            }
            Chain.Line line = content.chain().line(head, clock.instant(), entry);
            bytes.writeBytes(line.bytes());
            write(bytes.toByteArray(), entry);
            known = new AuditFile.Tail(tail.size() + bytes.size(), line.head(), new byte[0], true);
            return null;
        });
    }

    /**
     * Looks at every entry. Changes nothing.
     *
     * @throws AuditException if the file cannot be read
     */
    public Verdict verify() {
        return store.exclusively(() -> {
            try {
                return content.verify(store.auditHead());
            } catch (IOException e) {
                throw new AuditException(file + ": the audit cannot be read (" + PrivateFiles.reason(e) + ").");
            }
        });
    }

    /** The end of the file, looked at again if another process appended meanwhile or a write of this one was cut short. */
    private AuditFile.Tail tail() {
        try {
            if (!Files.exists(file)) {
                requireNothingLost(AuditHead.NONE);
                PrivateFiles.create(file, new byte[0]);
                PrivateFiles.syncDirectory(store.directory());
                return AuditFile.Tail.EMPTY;
            }
            if (PrivateFiles.tooOpen(file)) {
                throw new AuditException(file
                        + ": found that others than its owner have rights to it, expected mode 600; nothing was changed."
                        + " Next: keyturn check, then chmod 600 " + file);
            }
            if (Files.size(file) == known.size() && known.size() > 0) {
                return known;
            }
            AuditFile.Tail tail = content.tail();
            requireNothingLost(tail.head());
            return tail;
        } catch (IOException e) {
            throw new AuditException(file + ": the audit cannot be read (" + PrivateFiles.reason(e)
                    + "), so nothing may be changed; nothing was changed. Next: look at the disk and the rights.");
        }
    }

    private void requireNothingLost(AuditHead found) {
        AuditHead anchored = store.auditHead();
        boolean lost = found.count() < anchored.count()
                || (found.count() == anchored.count() && !found.hash().equals(anchored.hash()));
        if (lost) {
            throw new AuditException(file + ": found " + found.count() + " whole entries, expected at least "
                    + anchored.count() + ": entries were removed or changed; nothing was changed."
                    + " Next: keyturn check, and put back the last good copy of the file.");
        }
    }

    private void write(byte[] bytes, AuditEntry entry) {
        try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
            out.write(bytes);
            out.getFD().sync();
        } catch (IOException e) {
            known = AuditFile.Tail.EMPTY;
            throw new AuditException(
                    file + ": the entry '" + entry.event() + " " + entry.object()
                            + "' cannot be written (" + PrivateFiles.reason(e)
                            + "), so nothing may be changed. Next: make room or give the right to write, and run the command again.");
        }
    }
}
