package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for values where none may be: raw, in base64, percent-encoded, in hexadecimal digits and as JSON writes them.
 * Say where to look, in any order, then ask for {@link #hits()}. A hit names the place and the form, never the value.
 *
 * <p>Not safe for use by several threads. Base64 that is broken into lines is found only if the value stands in one line.
 */
public final class CanaryScan {
    /**
     * A value was found.
     *
     * @param place the file, the process or what the caller named
     * @param form how it was written there
     * @param value which of the values, by its place in the collection given, from 0
     */
    public record Hit(String place, String form, int value) {}

    private static final int CHUNK = 1 << 20;

    private final CanaryForms forms;
    private final Set<Hit> hits = new LinkedHashSet<>();
    private final List<String> unread = new ArrayList<>();
    private long bytes;

    private CanaryScan(CanaryForms forms) {
        this.forms = forms;
    }

    /**
     * A scan for these values.
     *
     * @throws IllegalArgumentException if a value is shorter than 8 bytes: it would be found by chance
     */
    public static CanaryScan of(Collection<SecretValue> values) {
        return new CanaryScan(CanaryForms.of(values));
    }

    public CanaryScan text(String place, String text) {
        return bytes(place, text.getBytes(UTF_8));
    }

    public CanaryScan bytes(String place, byte[] content) {
        bytes += content.length;
        forms.find(content, content.length, (form, value) -> hits.add(new Hit(place, form, value)));
        return this;
    }

    /** An exception as it would be printed, with its causes and what it suppressed. */
    public CanaryScan thrown(String place, Throwable thrown) {
        StringWriter printed = new StringWriter();
        thrown.printStackTrace(new PrintWriter(printed));
        return text(place, printed.toString());
    }

    /** One file of any size; one that vanishes meanwhile is no trouble. */
    public CanaryScan file(Path file) {
        byte[] window = new byte[forms.longest() - 1 + CHUNK];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n; (n = in.readNBytes(window, kept, CHUNK)) > 0; ) {
                bytes += n;
                int filled = kept + n;
                forms.find(window, filled, (form, value) -> hits.add(new Hit(file.toString(), form, value)));
                kept = Math.min(filled, forms.longest() - 1);
                System.arraycopy(window, filled - kept, window, 0, kept);
            }
        } catch (IOException e) {
            if (Files.exists(file)) {
                unread.add(file.toString());
            }
        }
        return this;
    }

    /** Every regular file below a folder, and every name. Follows no symbolic link. */
    public CanaryScan folder(Path folder) {
        return folder(folder, Instant.MIN);
    }

    /** The machine's temporary folder: the files changed since this moment. */
    public CanaryScan temporaryFolder(Instant since) {
        return folder(Path.of(System.getProperty("java.io.tmpdir")), since);
    }

    private CanaryScan folder(Path folder, Instant since) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                    text("name of a folder in " + path.getParent(), path.getFileName() + "");
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    text("name of a file in " + path.getParent(), path.getFileName() + "");
                    if (attributes.isRegularFile()
                            && !attributes.lastModifiedTime().toInstant().isBefore(since)) {
                        file(path);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException e) {
                    if (Files.exists(path)) {
                        unread.add(path.toString());
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /**
     * The arguments and the environment of every process of this machine that may be read.
     *
     * @param excluded processes that get a value in this way by their nature, each with the reason
     */
    public CanaryScan processes(Map<Long, String> excluded) {
        ProcessHandle.allProcesses()
                .mapToLong(ProcessHandle::pid)
                .filter(pid -> !excluded.containsKey(pid))
                .forEach(pid -> {
                    Path process = Path.of("/proc", Long.toString(pid));
                    file(process.resolve("cmdline"));
                    file(process.resolve("environ"));
                });
        return this;
    }

    /** What was found so far: each place, form and value once. */
    public List<Hit> hits() {
        return List.copyOf(hits);
    }

    /** Places that could not be read, so that a test can see what it did not look at. */
    public List<String> unread() {
        return List.copyOf(unread);
    }

    /** How many bytes were looked through: a scan of nothing finds nothing. */
    public long bytes() {
        return bytes;
    }
}
