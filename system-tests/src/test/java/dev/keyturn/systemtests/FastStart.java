package dev.keyturn.systemtests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How processes of Keyturn are started in little time: most of what a start costs is the loading of classes, which a class-data
 * archive (JEP 350) saves. It takes classes from jars alone, so folders of the class path are put into some. Made once for all tests of
 * this process, and removed when it ends.
 */
final class FastStart {
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    private static FastStart made;

    private final String classPath;
    private final Path archive;

    private FastStart(String classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /** The command that starts a class with these arguments. */
    static synchronized List<String> of(Class<?> main, List<String> arguments) {
        if (made == null) {
            made = make();
        }
        // Where the archive cannot be used the process starts without it.
        return made.command("-XX:SharedArchiveFile=" + made.archive, main, arguments);
    }

    private List<String> command(String option, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(List.of(option, "-cp", classPath, main.getName()));
        command.addAll(arguments);
        return command;
    }

    private static FastStart make() {
        try {
            Path folder = Files.createTempDirectory("keyturn-start");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            List<String> jars = new ArrayList<>();
            for (String entry : classPath()) {
                Path path = Path.of(entry);
                jars.add(Files.isDirectory(path) ? jar(path, folder.resolve(jars.size() + ".jar")) : entry);
            }
            FastStart start = new FastStart(String.join(File.pathSeparator, jars), folder.resolve("classes.jsa"));
            Path system = Files.createDirectory(folder.resolve("system"));
            // Of a rotation that meets every adapter, so that each finds its classes.
            try (Drill drill = Drill.start(system)) {
                start.archive(RunInProcess.wordsOfAWholeRotation(drill.system().manifest()));
            }
            return start;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void archive(List<String> rotation) throws IOException, InterruptedException {
        Path output = archive.resolveSibling("output");
        int status = new ProcessBuilder(command("-XX:ArchiveClassesAtExit=" + archive, RunInProcess.class, rotation))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("no archive: " + Drill.read(output));
        }
    }

    /** From where classes come, whichever class loader the tests have. */
    static List<String> classPath() {
        ClassLoader loader = FastStart.class.getClassLoader();
        if (loader instanceof java.net.URLClassLoader urls) {
            return Stream.of(urls.getURLs()).map(url -> url.getPath()).toList();
        }
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    private static String jar(Path folder, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar.toString();
    }

    private static void remove(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
