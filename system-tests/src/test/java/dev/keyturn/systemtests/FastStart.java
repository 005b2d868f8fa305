package dev.keyturn.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.sandbox.Folders;
import dev.keyturn.workflows.environment.Environments;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How processes of Keyturn are started in little time: most of what a start costs is the loading of classes, which a class-data
 * archive (JEP 350) saves. It takes classes from jars alone, so folders of the class path are put into some. Made once for all
 * processes that test the same classes, and kept beside those. What it starts finds {@link ArmedEnvironments} installed.
 */
final class FastStart {
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    private static FastStart made;

    private final List<String> jars = new ArrayList<>();
    private final Path archive;

    private FastStart(Path archive) {
        this.archive = archive;
    }

    /**
     * The command that starts a class.
     *
     * @param options for Java, such as {@code -Dname=value}
     */
    static synchronized List<String> of(Class<?> main, List<String> options, List<String> arguments) {
        if (made == null) {
            made = make(Path.of("target/fast-start").toAbsolutePath());
        }
        // Where the archive cannot be used the process starts without it.
        return made.command("-XX:SharedArchiveFile=" + made.archive, main, options, arguments);
    }

    private List<String> command(String option, Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(JAVA);
        command.add(option);
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, jars), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** By one process at a time; the others wait and find it. */
    private static FastStart make(Path folder) {
        try {
            Files.createDirectories(folder);
            try (FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                Path own = Files.createDirectories(folder.resolve(digest(classPath())));
                FastStart start = new FastStart(own.resolve("classes.jsa"));
                boolean known = Files.exists(start.archive);
                start.takeJars(own, known);
                if (!known) {
                    start.archive();
                }
                return start;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void takeJars(Path own, boolean known) throws IOException {
        Path installed = own.resolve("installed.jar");
        if (!known) {
            jarWhatIsInstalled(installed);
        }
        // Before the class path, so that it is found first.
        jars.add(installed.toString());
        for (Path entry : classPath()) {
            Path jar = Files.isDirectory(entry) ? own.resolve(jars.size() + ".jar") : entry;
            if (!known && !jar.equals(entry)) {
                jar(entry, jar);
            }
            jars.add(jar.toString());
        }
    }

    /** Of a rotation by the command line that meets every adapter, so that each finds its classes. */
    private void archive() throws IOException, InterruptedException {
        removeOthers();
        Path fresh = archive.resolveSibling("fresh.jsa");
        Path output = archive.resolveSibling("output");
        Path system = Files.createTempDirectory("keyturn-start");
        try (Drill drill = Drill.start(system)) {
            List<String> words = KeyturnProcess.words(drill, "rotate", "--yes", "--no-backup");
            ProcessBuilder builder = new ProcessBuilder(
                            command("-XX:ArchiveClassesAtExit=" + fresh, KeyturnProcess.class, List.of(), words))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            // In process, also where these tests are run with a server.
            builder.environment().keySet().removeIf(name -> name.startsWith("TEMPORAL_"));
            if (builder.start().waitFor() != 0) {
                throw new IllegalStateException("no archive: " + Drill.read(output));
            }
        } finally {
            Folders.delete(system);
        }
        Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What was made for classes that are no more. */
    private void removeOthers() throws IOException {
        Path own = archive.getParent();
        try (Stream<Path> found = Files.list(own.getParent())) {
            for (Path other : found.filter(path -> Files.isDirectory(path) && !path.equals(own))
                    .toList()) {
                Folders.delete(other);
            }
        }
    }

    /** From where classes come, whichever class loader the tests have. */
    private static List<Path> classPath() {
        ClassLoader loader = FastStart.class.getClassLoader();
        Stream<String> entries = loader instanceof URLClassLoader urls
                ? Stream.of(urls.getURLs()).map(url -> url.getPath())
                : Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
        return entries.filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .filter(Files::exists)
                .toList();
    }

    /** Of the virtual machine and of every class: what an archive is good for. */
    private static String digest(List<Path> classPath) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        digest.update(System.getProperty("java.vm.version").getBytes(UTF_8));
        for (Path entry : classPath) {
            try (Stream<Path> found = Files.walk(entry)) {
                for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                    String line = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file) + "\n";
                    digest.update(line.getBytes(UTF_8));
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static void jar(Path folder, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                try (InputStream content = Files.newInputStream(file)) {
                    add(out, folder.relativize(file).toString(), content);
                }
            }
        }
    }

    private static void jarWhatIsInstalled(Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(
                    out,
                    "META-INF/services/" + Environments.class.getName(),
                    new ByteArrayInputStream(ArmedEnvironments.class.getName().getBytes(UTF_8)));
        }
    }

    private static void add(JarOutputStream out, String name, InputStream content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        content.transferTo(out);
        out.closeEntry();
    }
}
