package dev.keyturn.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own that is small and can be filled: a {@link Mount} in memory. Closing it takes it away with all that is
 * on it.
 */
public final class FullDisk implements AutoCloseable {
    private final Path folder;
    private final Mount mount;

    private FullDisk(Path folder, Mount mount) {
        this.folder = folder;
        this.mount = mount;
    }

    /** Mounts an empty one with room for so many bytes, rounded up to whole pages. */
    public static FullDisk of(long bytes) {
        try {
            Path folder = Files.createTempDirectory("keyturn-disk-");
            folder.toFile().deleteOnExit(); // which comes after the mount has been taken away
            try {
                return new FullDisk(folder, Mount.tmpfs(folder, "mode=0700,size=" + bytes));
            } catch (RuntimeException e) {
                Files.delete(folder);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    /** Leaves this much room and no more; rounded down to whole pages. */
    public void fillExcept(long bytes) {
        Path filler = folder.resolve("filler");
        try {
            Files.deleteIfExists(filler);
            long left = Files.getFileStore(folder).getUsableSpace() - bytes;
            try (OutputStream out = Files.newOutputStream(filler)) {
                byte[] page = new byte[4096];
                for (; left > 0; left -= page.length) {
                    out.write(page);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives back what {@link #fillExcept} took. */
    public void clear() {
        try {
            Files.deleteIfExists(folder.resolve("filler"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on nothing can be written there, nor taken away. */
    public void makeReadOnly() {
        mount.makeReadOnly();
    }

    @Override
    public void close() {
        mount.close();
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
