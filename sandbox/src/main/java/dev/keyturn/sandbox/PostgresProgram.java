package dev.keyturn.sandbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs: from the class path, unpacked once for a user and a version, because unpacking costs seconds; or installed ones. */
final class PostgresProgram {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

    /** Once in a process, at the first use. */
    private static PostgresProgram unpacked;

    private final Path programs;
    private final List<String> asSomebodyElse;
    private final Optional<Path> templates;

    private PostgresProgram(Path programs, List<String> asSomebodyElse, Optional<Path> templates) {
        this.programs = programs;
        this.asSomebodyElse = asSomebodyElse;
        this.templates = templates;
    }

    /** Found, or unpacked now. Safe for use by several threads and processes at once. */
    static synchronized PostgresProgram unpacked() {
        if (unpacked == null) {
            try {
                unpacked = find();
            } catch (IOException e) {
                throw new SandboxException("PostgreSQL could not be unpacked: " + e, e);
            }
        }
        return unpacked;
    }

    /** Those of an installation: the folder that holds {@code initdb} and {@code postgres}. */
    static PostgresProgram in(Path programs) throws IOException {
        return new PostgresProgram(programs, asSomebodyElse(System.getProperty("user.name")), Optional.empty());
    }

    /** How something is made in a place that may fail half-way. */
    interface Making {
        void make(Path place) throws IOException;
    }

    /**
     * Data that were made once for this version, or are made now. Empty for an installation: that may be replaced by another version.
     * Safe for use by several threads and processes at once.
     */
    Optional<PostgresTemplate> template(Making initialisation) throws IOException {
        if (templates.isEmpty()) {
            return Optional.empty();
        }
        Path home = templates.get();
        if (!Files.isDirectory(home)) {
            make(home, unfinished -> initialisation.make(unfinished.resolve("data")));
        }
        return Optional.of(new PostgresTemplate(home.resolve("data")));
    }

    /** A command line for one of {@code initdb}, {@code pg_ctl}, {@code postgres}; none of them runs as root. */
    List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(asSomebodyElse);
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** The operating system's user as whom the server sees this process when it comes over the socket. */
    String osUser() {
        // In a user namespace without a map, root's and everybody's user ID is that of nobody.
        List<String> command = new ArrayList<>(asSomebodyElse);
        command.addAll(List.of("id", "-un"));
        try {
            return Commands.run(command, "").output().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PostgresProgram find() throws IOException {
        URL archive = PostgresProgram.class.getResource(ARCHIVE);
        if (archive == null) {
            throw new SandboxException("No PostgreSQL for " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + " on the class path; expected " + ARCHIVE);
        }
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_");
        Path cache = Path.of(System.getProperty("java.io.tmpdir"), "keyturn-sandbox-" + user);
        ownFolder(cache);
        Path home = cache.resolve("postgres-" + checksum(archive));
        if (!Files.isDirectory(home)) {
            make(home, unfinished -> unpack(archive, unfinished));
        }
        return new PostgresProgram(
                home.resolve("bin"),
                asSomebodyElse(System.getProperty("user.name")),
                Optional.of(home.resolveSibling(home.getFileName() + "-data")));
    }

    /** The temporary folder is everybody's: a folder that another user prepared could hold any program. */
    private static void ownFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (FileAlreadyExistsException thereAlready) {
            Path mine = Files.createTempFile("keyturn", "");
            boolean sameOwner = Files.getOwner(folder).equals(Files.getOwner(mine));
            Files.delete(mine);
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
            if (!sameOwner || mode.charAt(4) == 'w' || mode.charAt(7) == 'w' || Files.isSymbolicLink(folder)) {
                throw new SandboxException(folder + " belongs to or is writable by somebody else. Next: remove it");
            }
        }
    }

    /** From the jar's directory: reading the archive itself would cost a tenth of a second at every start. */
    private static String checksum(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        return connection instanceof JarURLConnection jar
                ? Long.toHexString(jar.getJarEntry().getCrc())
                : Integer.toString(connection.getContentLength());
    }

    /** Beside its place first, then by rename: another process finds everything or nothing. */
    private static void make(Path home, Making making) throws IOException {
        Path unfinished = Files.createTempDirectory(
                home.getParent(),
                "unfinished",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            making.make(unfinished);
            Files.move(unfinished, home);
        } catch (FileAlreadyExistsException | AtomicMoveNotSupportedException lost) {
            Folders.delete(unfinished);
        } catch (IOException | RuntimeException failed) {
            Folders.delete(unfinished);
            if (!Files.isDirectory(home)) {
                throw failed;
            }
        }
    }

    private static void unpack(URL archive, Path home) throws IOException {
        try (InputStream packed = new BufferedInputStream(archive.openStream());
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = home.resolve(entry.getName()).normalize();
                if (!target.startsWith(home)) {
                    throw new IOException("an entry that leaves the archive's folder: " + entry.getName());
                }
                unpack(tar, entry, target);
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (!entry.getName().endsWith(".a")) {
            Files.createDirectories(target.getParent());
            Files.copy(tar, target);
            boolean program = target.getParent().endsWith("bin");
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    /**
     * PostgreSQL refuses to run as root. In a user namespace of its own it sees itself as nobody, while its files stay
     * root's.
     */
    private static List<String> asSomebodyElse(String user) throws IOException {
        if (!user.equals("root")) {
            return List.of();
        }
        List<String> namespace = List.of("unshare", "--user");
        List<String> tried = new ArrayList<>(namespace);
        tried.add("true");
        if (Commands.run(tried, "").status() != 0) {
            throw new SandboxException(
                    "PostgreSQL does not run as root, and user namespaces (unshare --user) are not allowed here. Next:"
                            + " run as another user");
        }
        return namespace;
    }
}
