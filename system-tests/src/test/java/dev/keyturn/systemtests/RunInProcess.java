package dev.keyturn.systemtests;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A run in a process of its own, which can be killed or stopped at a spot. */
final class RunInProcess implements AutoCloseable {
    /** What runs have in production. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private final Process process;
    private final Path output;

    private RunInProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts a run that ends at the spot as if by SIGKILL. */
    static RunInProcess killedAt(Drill drill, Purpose purpose, List<String> only, Spot spot) {
        return start(drill, LEASE, purpose, only, spot, Faults.Kind.KILL);
    }

    /**
     * Starts a run that waits at the spot until the file {@code go} is in the system's folder; it makes the file {@code there}.
     *
     * @param lease after how long it is thought dead when it says nothing
     */
    static RunInProcess waitingAt(Drill drill, Purpose purpose, Spot spot, Duration lease) {
        return start(drill, lease, purpose, List.of(), spot, Faults.Kind.PAUSE);
    }

    private static RunInProcess start(
            Drill drill, Duration lease, Purpose purpose, List<String> only, Spot spot, Faults.Kind kind) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath(),
                RunInProcess.class.getName(),
                drill.system().manifest().toString(),
                purpose.name(),
                String.join(",", only),
                spot.step(),
                spot.moment().name(),
                kind.name(),
                lease.toString()));
        try {
            Files.deleteIfExists(drill.system().folder().resolve("there"));
            Files.deleteIfExists(drill.system().folder().resolve("go"));
            Path output = Files.createTempFile(drill.system().folder(), "process", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new RunInProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From where the classes of a run come, whichever class loader the tests have. */
    static String classPath() {
        ClassLoader loader = RunInProcess.class.getClassLoader();
        if (loader instanceof java.net.URLClassLoader urls) {
            return Arrays.stream(urls.getURLs()).map(url -> url.getPath()).collect(Collectors.joining(":"));
        }
        return System.getProperty("java.class.path");
    }

    long pid() {
        return process.pid();
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

    /** All that it printed. */
    String output() {
        return Drill.read(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process's side: manifest, purpose, secrets, step, moment, kind of fault, lease. */
    public static void main(String[] arguments) {
        Path manifest = Path.of(arguments[0]);
        Spot spot = new Spot(arguments[3], Moment.valueOf(arguments[4]));
        Faults faults = new Faults(Duration.parse(arguments[6]));
        Faults.Kind kind = Faults.Kind.valueOf(arguments[5]);
        if (kind == Faults.Kind.PAUSE) {
            faults.arm(spot, () -> waitIn(manifest.getParent()));
        } else {
            faults.arm(spot, kind);
        }
        int status = 1;
        try (Environment environment = Drill.environments(faults).open(manifest)) {
            List<String> only = arguments[2].isEmpty() ? List.of() : List.of(arguments[2].split(","));
            Outcome outcome = environment.run(
                    Drill.withoutBackup(Purpose.valueOf(arguments[1])).withOnly(only), progress -> {});
            System.out.println(outcome.kind() + " " + outcome.summary());
            status = outcome.kind() == Outcome.Kind.DONE ? 0 : 2;
        } catch (EnvironmentException e) {
            System.out.println(e.getMessage());
        }
        System.exit(status);
    }

    static void waitIn(Path folder) {
        try {
            Files.createFile(folder.resolve("there"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!Files.exists(folder.resolve("go")) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
    }
}
