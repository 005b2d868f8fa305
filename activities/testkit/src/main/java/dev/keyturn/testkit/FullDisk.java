package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own that is small and can be filled: a tmpfs, which only root may mount. Elsewhere the test is skipped, and
 * says so. Closing it takes it away with all that is on it.
 */
public final class FullDisk implements AutoCloseable {
    private final Path folder;

    private FullDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts an empty one with room for so many bytes, rounded up to whole pages. */
    public static FullDisk of(long bytes) {
        try {
            Path folder = Files.createTempDirectory("keyturn-disk-");
            Said mounted = run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + bytes, "tmpfs", folder.toString());
            if (mounted.status != 0) {
                Files.delete(folder);
                abort("a full disk needs the right to mount a tmpfs: " + mounted.output.strip());
            }
            return new FullDisk(folder);
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

    @Override
    public void close() {
        // Lazily: a file that a test forgot to close must not keep the file system for ever.
        Said gone = run("umount", "-l", folder.toString());
        try {
            if (gone.status == 0) {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Said(int status, String output) {}

    private static Said run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Said(process.waitFor(), output);
        } catch (IOException e) {
            return new Said(-1, "there is no program " + command[0]);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Said(-1, "interrupted");
        }
    }
}
