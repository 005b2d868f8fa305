package dev.keyturn.steps.store;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.StorePlace;
import dev.keyturn.steps.store.StateJson.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A store in one encrypted file, {@code state}, in a folder of its own. Every write replaces the file as a whole.
 * Nothing is kept open between calls.
 */
public final class FileStore implements Store {
    /** The name of the audit's file in the store's folder. */
    public static final String AUDIT_FILE = "audit.jsonl";

    /** How long a caller waits for others to leave the critical section, in which nobody stays for more than milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path directory;
    private final Path file;
    private final StoreKey key;
    private final Seal seal;
    private final byte[] fingerprintKey;
    private final StoreLock lock;
    private final Clock clock;
    private final Duration leaseFor;
    private volatile Optional<Opened> last = Optional.empty();
    private volatile Supplier<AuditHead> anchor = () -> AuditHead.NONE;

    /** A state with the bytes that it was read from: as long as the file holds the same bytes, it need not be decrypted again. */
    private record Opened(byte[] sealed, Stored stored) {}

    private FileStore(Path directory, StoreKey key, Clock clock, Duration leaseFor) {
        this.directory = directory;
        this.file = directory.resolve("state");
        this.key = key;
        this.seal = new Seal(key);
        this.fingerprintKey = key.derive("fingerprint");
        this.clock = clock;
        this.leaseFor = leaseFor;
        try {
            this.lock = new StoreLock(directory, PATIENCE);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    /**
     * Opens a store that was made before, and reads it once.
     *
     * @param leaseFor how long a lease lasts without being renewed
     * @throws StoreException MISSING, WRONG_KEY, DAMAGED, TOO_OPEN, or FOREIGN if it is another environment's
     */
    public static FileStore open(StorePlace place, String environment, Clock clock, Duration leaseFor) {
        Path directory = place.directory();
        if (!Files.isDirectory(directory)) {
            throw missing(directory);
        }
        PrivateFiles.requirePrivate(directory);
        if (!Files.exists(directory.resolve("state"))) {
            throw missing(directory);
        }
        FileStore store = new FileStore(directory, StoreKey.load(place.keyFile()), clock, leaseFor);
        String found = store.read().header().environment();
        if (!found.equals(environment)) {
            throw new StoreException(
                    StoreException.Kind.FOREIGN,
                    directory + ": found the store of environment " + found + ", expected that of " + environment
                            + "; nothing was changed. Next: correct the store's directory or the environment's name in the manifest.");
        }
        return store;
    }

    /**
     * Makes what is missing of a store (its folder, its key, its first state) and opens it. Run again, or after a cut in any place, it has the
     * same effect; a key that exists is used, and a state that exists is left as it is.
     *
     * @throws StoreException as {@link #open}; UNWRITABLE; DAMAGED if the folder holds the audit of a store whose state is gone
     */
    public static FileStore create(StorePlace place, String environment, Clock clock, Duration leaseFor) {
        Path directory = place.directory();
        try {
            PrivateFiles.createDirectories(directory);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNWRITABLE,
                    directory + ": the store's folder cannot be made (" + PrivateFiles.reason(e)
                            + "); nothing was changed.");
        }
        PrivateFiles.requirePrivate(directory);
        StoreKey.createIfMissing(place.keyFile());
        FileStore store = new FileStore(directory, StoreKey.load(place.keyFile()), clock, leaseFor);
        store.lock.whileHeld(() -> {
            if (!Files.exists(store.file)) {
                store.writeFirst(environment);
            }
            return null;
        });
        return open(place, environment, clock, leaseFor);
    }

    private void writeFirst(String environment) {
        if (Files.exists(directory.resolve(AUDIT_FILE))) {
            throw Seal.damaged(file, "found " + AUDIT_FILE + " of an earlier store, whose state is gone");
        }
        byte[] id = new byte[6];
        new SecureRandom().nextBytes(id);
        Header header = new Header(HexFormat.of().formatHex(id), environment, 0, Turn.FIRST, Optional.empty());
        write(new Stored(new State(header, List.of(), List.of(), List.of(), Map.of(), List.of()), AuditHead.NONE));
    }

    @Override
    public State read() {
        return load().state();
    }

    /** How far the audit had come when the state was last written. */
    public AuditHead auditHead() {
        return load().audit();
    }

    /** From now on each write of the state also says how far the audit has come, unless the state knows it to be further. */
    public void anchor(Supplier<AuditHead> audit) {
        anchor = audit;
    }

    /** Runs {@code work} in the store's critical section, as {@link Fence#whileHeld} but without a lease. */
    public <T> T exclusively(Supplier<T> work) {
        return lock.whileHeld(work);
    }

    /** The store's key, for what else is kept under it: the audit, the workflow's payloads. */
    public StoreKey key() {
        return key;
    }

    public Path directory() {
        return directory;
    }

    @Override
    public State update(Fence fence, UnaryOperator<State> change) {
        return lock.whileHeld(() -> {
            Stored now = load();
            requireHeld(fence, now.state().header());
            State next = change.apply(now.state());
            if (!next.header().equals(now.state().header())) {
                throw new IllegalStateException("a change leaves the header alone: it belongs to the store");
            }
            next.check();
            return replace(now, next);
        });
    }

    @Override
    public Fence take(String run) {
        return lock.whileHeld(() -> {
            Stored now = load();
            Header header = now.state().header();
            header.holder().filter(holder -> keepsOut(holder, run)).ifPresent(holder -> {
                throw heldBy(holder);
            });
            Header next = header.takenBy(holder(run));
            replace(now, now.state().withHeader(next));
            return fence(next);
        });
    }

    private boolean keepsOut(Header.Holder holder, String run) {
        boolean same = holder.run().equals(run) && Processes.isSelf(holder);
        return !same && isAtWork(holder);
    }

    private boolean isAtWork(Header.Holder holder) {
        return clock.instant().isBefore(holder.until()) && !Processes.gone(holder);
    }

    /** Who holds the lease; nobody if its time is over or its process is known to be gone. */
    public Optional<Header.Holder> holderAtWork() {
        return read().header().holder().filter(this::isAtWork);
    }

    @Override
    public Fence claim(long epoch, Turn turn) {
        return lock.whileHeld(() -> {
            Stored now = load();
            Header header = now.state().header();
            boolean next = header.epoch() == epoch && turn.isAfter(header.turn());
            if (next && header.holder().isPresent()) {
                replace(now, now.state().withHeader(header.withTurn(turn)));
            }
            return new StoreFence(this, header.storeId(), epoch, turn);
        });
    }

    private Fence fence(Header header) {
        return new StoreFence(this, header.storeId(), header.epoch(), header.turn());
    }

    @Override
    public void renew(Fence fence) {
        lock.whileHeld(() -> {
            Stored now = load();
            Header header = now.state().header();
            requireHeld(fence, header);
            // The run may have come to another process since, whose life now counts.
            Header.Holder renewed = holder(header.holder().orElseThrow().run());
            return replace(now, now.state().withHeader(header.heldBy(renewed)));
        });
    }

    @Override
    public void release(Fence fence) {
        lock.whileHeld(() -> {
            Stored now = load();
            Header header = now.state().header();
            if (header.epoch() != fence.epoch() || header.holder().isEmpty()) {
                return now.state();
            }
            return replace(now, now.state().withHeader(header.free()));
        });
    }

    @Override
    public String fingerprint(SecretValue value) {
        byte[] mac = StoreKey.hmac(fingerprintKey, value.revealBytes());
        return HexFormat.of().formatHex(mac, 0, 16);
    }

    @Override
    public void close() {
        last = Optional.empty();
    }

    private static void requireHeld(Fence fence, Header header) {
        if (!(fence instanceof StoreFence own)) {
            throw new IllegalArgumentException("not a fence of a store of files");
        }
        own.requireHeld(header);
    }

    private Header.Holder holder(String run) {
        Processes.Identity self = Processes.self();
        return new Header.Holder(
                run,
                self.host(),
                self.machine(),
                self.pid(),
                self.started(),
                clock.instant().plus(leaseFor));
    }

    private StoreException heldBy(Header.Holder holder) {
        return new StoreException(
                StoreException.Kind.HELD,
                directory + ": found the environment held by run " + holder.run() + " (process " + holder.pid() + " on "
                        + holder.host() + ", until " + holder.until()
                        + "), expected it free; nothing was changed. Next: wait for that run (keyturn status) or turn it round (keyturn abort).");
    }

    private Stored load() {
        PrivateFiles.requirePrivate(directory);
        byte[] sealed;
        try {
            sealed = PrivateFiles.read(file);
        } catch (NoSuchFileException e) {
            throw missing(directory);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        PrivateFiles.requirePrivate(file);
        Optional<Opened> known = last.filter(opened -> Arrays.equals(opened.sealed(), sealed));
        if (known.isPresent()) {
            return known.get().stored();
        }
        byte[] plain = seal.open(file, sealed);
        try {
            Stored stored = StateJson.read(plain);
            last = Optional.of(new Opened(sealed, stored));
            return stored;
        } catch (IOException | RuntimeException e) {
            // The exception stays here: it may quote a value.
            throw Seal.damaged(file, "found content that is not a state");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private State replace(Stored now, State next) {
        AuditHead reached = anchor.get();
        Stored wanted = new Stored(next, reached.count() > now.audit().count() ? reached : now.audit());
        if (!wanted.equals(now)) {
            write(wanted);
        }
        return next;
    }

    private void write(Stored stored) {
        byte[] plain = StateJson.write(stored);
        byte[] sealed = seal.close(plain);
        Arrays.fill(plain, (byte) 0);
        try {
            PrivateFiles.replace(file, sealed);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNWRITABLE,
                    file + ": the new state cannot be written (" + PrivateFiles.reason(e)
                            + "); the old state stands. Next: make room or give the right to write, and run the command again.");
        }
        last = Optional.of(new Opened(sealed, stored));
    }

    private static StoreException missing(Path directory) {
        return new StoreException(
                StoreException.Kind.MISSING,
                directory
                        + ": found no store, expected the environment's; nothing was changed. Next: keyturn import if there were values before"
                        + " (it takes them over from what is published and from backups), keyturn setup if this is new, or correct the store's"
                        + " directory in the manifest.");
    }

    private static StoreException unreadable(Path path, IOException e) {
        return new StoreException(
                StoreException.Kind.UNWRITABLE,
                path + ": it cannot be read (" + PrivateFiles.reason(e)
                        + "); nothing was changed. Next: look at its owner and at the disk.");
    }
}
