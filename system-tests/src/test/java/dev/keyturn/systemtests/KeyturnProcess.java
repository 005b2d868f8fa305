package dev.keyturn.systemtests;

import dev.keyturn.starter.Keyturn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line in a process of its own, with its real entry and its real signals. */
final class KeyturnProcess implements AutoCloseable {
    private final Process process;
    private final Path output;

    private KeyturnProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    public static void main(String[] words) {
        Keyturn.start(words);
    }

    static KeyturnProcess start(Drill drill, Map<String, String> variables, String... words) {
        return start(drill, variables, List.of(), words);
    }

    /** Starts one that is killed at the spot, or waits there until {@code go} is in the system's folder. */
    static KeyturnProcess startWith(
            Faults.Kind kind, Spot spot, Drill drill, Map<String, String> variables, String... words) {
        return start(drill, variables, ArmedEnvironments.properties(kind, spot), words);
    }

    /** Starts one whose run is denied its way on at the first spot, and that waits at the second until {@code go} is in the system's folder. */
    static KeyturnProcess startThatTurnsRound(
            Spot turning, Spot spot, Drill drill, Map<String, String> variables, String... words) {
        List<String> properties = new ArrayList<>(ArmedEnvironments.properties(Faults.Kind.PAUSE, spot));
        properties.add(ArmedEnvironments.turningAt(turning));
        return start(drill, variables, properties, words);
    }

    private static KeyturnProcess start(
            Drill drill, Map<String, String> variables, List<String> properties, String... words) {
        try {
            Path output = Files.createTempFile(drill.system().folder(), words[0], ".out");
            ProcessBuilder builder = new ProcessBuilder(
                            FastStart.of(KeyturnProcess.class, properties, words(drill, words)))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(variables);
            return new KeyturnProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the command line is given for a command about this system. */
    static List<String> words(Drill drill, String... command) {
        return Stream.concat(Stream.of("--manifest", drill.system().manifest().toString()), Stream.of(command))
                .toList();
    }

    long pid() {
        return process.pid();
    }

    String output() {
        return Drill.read(output);
    }

    void awaitSaying(String text) {
        try {
            Target.await(() -> output().contains(text) || !process.isAlive());
        } catch (AssertionError e) {
            throw new AssertionError("it does not say " + text + ": " + output(), e);
        }
        if (!output().contains(text)) {
            throw new AssertionError("it has ended without saying " + text + ": " + output());
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits until it has ended; at most two minutes. */
    int awaitEnd() {
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                throw new AssertionError("the process has not ended: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends it at once and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }
}
