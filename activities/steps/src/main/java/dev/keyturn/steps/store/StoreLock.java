package dev.keyturn.steps.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The critical section of a store, for all threads of all processes of one machine. Reentrant for a thread.
 *
 * <p>The operating system's lock on the file {@code lock} ends with the process that holds it, however that dies, so nothing has to be
 * cleaned up and nothing is ever broken by force. That lock belongs to the process as a whole, and closing the file
 * anywhere in the process gives it up; therefore a lock of this process comes first, and only its holder opens the file.
 */
final class StoreLock {
    private static final Map<Path, ReentrantLock> OF_THIS_PROCESS = new ConcurrentHashMap<>();
    private static final long RETRY_NANOS = Duration.ofMillis(5).toNanos();

    private final Path file;
    private final Duration patience;
    private final ReentrantLock inProcess;

    StoreLock(Path directory, Duration patience) throws IOException {
        this.file = directory.resolve("lock");
        this.patience = patience;
        this.inProcess = OF_THIS_PROCESS.computeIfAbsent(directory.toRealPath(), key -> new ReentrantLock());
    }

    /**
     * Runs {@code work} while no other thread or process is in a critical section of this store.
     *
     * @throws StoreException BUSY if it is not free in time, UNWRITABLE if the lock's file cannot be opened; then nothing
     *     was run
     */
    <T> T whileHeld(Supplier<T> work) {
        if (inProcess.isHeldByCurrentThread()) {
            return work.get();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        if (!acquireInProcess(deadline)) {
            throw busy("another thread of this process, " + self());
        }
        try (RandomAccessFile opened = open();
                FileLock ofSystem = acquire(opened, deadline)) {
            return work.get();
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNWRITABLE,
                    file + ": the store's lock cannot be used (" + PrivateFiles.reason(e) + ").");
        } finally {
            inProcess.unlock();
        }
    }

    /** An interrupt does not end the wait, which is short; it is kept for the caller. */
    private boolean acquireInProcess(long deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return inProcess.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RandomAccessFile open() throws IOException {
        try {
            PrivateFiles.create(file, new byte[0]);
        } catch (FileAlreadyExistsException e) {
            // It stays for ever: removing it would let two processes lock two files of one name.
        }
        return new RandomAccessFile(file.toFile(), "rw");
    }

    private FileLock acquire(RandomAccessFile opened, long deadline) throws IOException {
        while (true) {
            FileLock lock = opened.getChannel().tryLock();
            if (lock != null) {
                opened.setLength(0);
                opened.write((self() + "\n").getBytes(UTF_8));
                return lock;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw busy(new String(PrivateFiles.read(file), UTF_8).strip());
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static String self() {
        Processes.Identity self = Processes.self();
        return "process " + self.pid() + " on " + self.host();
    }

    private StoreException busy(String holder) {
        return new StoreException(
                StoreException.Kind.BUSY,
                file + ": found the lock held by " + (holder.isEmpty() ? "an unknown process" : holder)
                        + " for more than "
                        + patience.toMillis()
                        + " ms, expected it free; nothing was changed. Next: try again; if that process hangs, end it"
                        + " (kill its number), and the lock is gone with it.");
    }
}
