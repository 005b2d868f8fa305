package dev.keyturn.steps.store;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that only their owner may read, written so that after a crash the old or the new content is there and never a
 * part of it.
 *
 * <p>Content goes through streams and not through channels: an interrupt, which is how a worker cancels a step, closes a
 * channel in the middle of a write.
 */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

    public static byte[] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        }
    }

    /**
     * Makes a new file that nobody else may read, and syncs it.
     *
     * @throws FileAlreadyExistsException if there is one of this name
     */
    public static void create(Path file, byte[] content) throws IOException {
        Files.createFile(file, FILE);
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(content);
            out.getFD().sync();
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Gives a synced file its name for good, replacing what bore it. */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(to.toAbsolutePath().getParent());
    }

    /**
     * Replaces a file atomically and durably. For one writer at a time: the temporary file of one that died is removed.
     */
    static void replace(Path file, byte[] content) throws IOException {
        Path temporary = temporaryOf(file);
        Files.deleteIfExists(temporary);
        create(temporary, content);
        try {
            rename(temporary, file);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    static Path temporaryOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /**
     * Makes a file that is complete as soon as it exists. A link is made instead of a rename because a rename would replace a file that
     * somebody else made meanwhile.
     *
     * @throws FileAlreadyExistsException if there is one of this name
     */
    static void writeNew(Path file, byte[] content) throws IOException {
        Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), ".keyturn-", ".new", FILE);
        try {
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                out.write(content);
                out.getFD().sync();
            }
            Files.createLink(file, temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncDirectory(file.toAbsolutePath().getParent());
    }

    /** Makes a directory that nobody else may enter, with its parents; one that is there stays as it is. */
    static void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, DIRECTORY);
            syncDirectory(directory.toAbsolutePath().getParent());
        }
    }

    /** Makes the names in a directory durable, also while the calling thread is being interrupted. */
    public static void syncDirectory(Path directory) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether group or others have any right to it. */
    public static boolean tooOpen(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).stream()
                .anyMatch(p -> !p.name().startsWith("OWNER_"));
    }

    /** @throws StoreException TOO_OPEN if anybody but the owner has any right to it */
    static void requirePrivate(Path path) {
        try {
            if (tooOpen(path)) {
                String wanted = Files.isDirectory(path) ? "700" : "600";
                throw new StoreException(
                        StoreException.Kind.TOO_OPEN,
                        path + ": found mode " + PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                                + ", expected one for the owner alone; nothing was changed. Others may have read it: if so, rotate what"
                                + " it protects. Next: chmod " + wanted + " " + path);
            }
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNWRITABLE,
                    path + ": its permissions cannot be read (" + reason(e) + "); nothing was changed.");
        }
    }

    /** Why the file system refused, without the path that its messages repeat. */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException refused && refused.getReason() != null) {
            return refused.getReason();
        }
        return e instanceof FileSystemException ? e.getClass().getSimpleName() : String.valueOf(e.getMessage());
    }
}
