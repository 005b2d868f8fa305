package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A process of its own with a run, or with several of them on systems of their own: it can be killed or stopped when each is at its
 * spot. As most of what it costs is its start, many runs are best put into few processes.
 */
final class RunInProcess implements AutoCloseable {
    /** What runs have in production. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final int KILLED = 137;

    private final Process process;
    private final Path output;

    private RunInProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * What one run does.
     *
     * @param manifest of the system
     * @param turning where the run is made to turn round before it comes to the spot
     * @param spot where the fault strikes
     * @param lease after how long it is thought dead when it says nothing
     */
    record Assignment(
            Path manifest,
            Purpose purpose,
            List<String> only,
            boolean force,
            Optional<Spot> turning,
            Spot spot,
            Duration lease) {
        private static final int WORDS = 7;

        static Assignment of(Path manifest, Purpose purpose, Spot spot) {
            return new Assignment(manifest, purpose, List.of(), false, Optional.empty(), spot, LEASE);
        }

        static Assignment of(Drill drill, Purpose purpose, Spot spot) {
            return of(drill.system().manifest(), purpose, spot);
        }

        Assignment only(List<String> secrets) {
            return new Assignment(manifest, purpose, secrets, force, turning, spot, lease);
        }

        Assignment forced() {
            return new Assignment(manifest, purpose, only, true, turning, spot, lease);
        }

        Assignment turningAt(Spot first) {
            return new Assignment(manifest, purpose, only, force, Optional.of(first), spot, lease);
        }

        Assignment leasedFor(Duration time) {
            return new Assignment(manifest, purpose, only, force, turning, spot, time);
        }

        Request request(String environment) {
            return new Request(environment, purpose, only, false, force, "", "a test", "");
        }

        /** In the system's own folder. */
        private Path file(String name) {
            return manifest.resolveSibling(name);
        }

        private List<String> words() {
            return List.of(
                    manifest.toString(),
                    purpose.name(),
                    String.join(",", only),
                    Boolean.toString(force),
                    turning.map(Spot::word).orElse(""),
                    spot.word(),
                    lease.toString());
        }

        private static Assignment parse(List<String> words) {
            return new Assignment(
                    Path.of(words.get(0)),
                    Purpose.valueOf(words.get(1)),
                    words.get(2).isEmpty() ? List.of() : List.of(words.get(2).split(",")),
                    Boolean.parseBoolean(words.get(3)),
                    Optional.of(words.get(4)).filter(word -> !word.isEmpty()).map(Spot::parse),
                    Spot.parse(words.get(5)),
                    Duration.parse(words.get(6)));
        }
    }

    /** Returns when each run has come to its spot and the process has ended there as if by SIGKILL; with what it printed. */
    static String kill(List<Assignment> assignments) {
        try (RunInProcess run = start(Faults.Kind.KILL, assignments)) {
            assertThat(run.awaitEnd()).as(run.output()).isEqualTo(KILLED);
            return run.output();
        }
    }

    static String kill(Assignment assignment) {
        return kill(List.of(assignment));
    }

    /** Starts runs that wait at their spots until the file {@code go} is in their systems' folders; each makes the file {@code there}. */
    static RunInProcess waiting(List<Assignment> assignments) {
        return start(Faults.Kind.PAUSE, assignments);
    }

    static RunInProcess waiting(Assignment assignment) {
        return waiting(List.of(assignment));
    }

    private static RunInProcess start(Faults.Kind kind, List<Assignment> assignments) {
        List<String> words = new ArrayList<>(List.of(kind.name()));
        try {
            for (Assignment assignment : assignments) {
                Files.deleteIfExists(assignment.file("there"));
                Files.deleteIfExists(assignment.file("go"));
                words.addAll(assignment.words());
            }
            Path output = Files.createTempFile(assignments.get(0).file("."), "process", ".out");
            // Nobody waits for its threads alone, which are many at once; others have time-outs.
            List<String> command = new ArrayList<>(List.of("nice", "-n", "10"));
            command.addAll(FastStart.of(RunInProcess.class, List.of(), words));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new RunInProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the run of this system waits at its spot. */
    void awaitThere(Path folder) {
        try {
            Target.await(() -> Files.exists(folder.resolve("there")));
        } catch (AssertionError e) {
            throw new AssertionError("the run did not come to its spot: " + output(), e);
        }
    }

    /** Waits until it has ended; at most four minutes. */
    int awaitEnd() {
        try {
            if (!process.waitFor(4, TimeUnit.MINUTES)) {
                throw new AssertionError("the process has not ended: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** What the run of this system said at its end. */
    static String said(Path folder) {
        return Drill.read(folder.resolve("said"));
    }

    /** All that it printed. */
    String output() {
        return Drill.read(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process's side: kind of fault, assignments. */
    public static void main(String[] arguments) throws InterruptedException {
        Faults.Kind kind = Faults.Kind.valueOf(arguments[0]);
        List<Assignment> assignments = Stream.iterate(1, at -> at < arguments.length, at -> at + Assignment.WORDS)
                .map(at -> Assignment.parse(List.of(arguments).subList(at, at + Assignment.WORDS)))
                .toList();
        CountDownLatch coming = new CountDownLatch(assignments.size());
        CountDownLatch running = new CountDownLatch(assignments.size());
        AtomicInteger status = new AtomicInteger();
        for (Assignment assignment : assignments) {
            Faults faults = new Faults(assignment.lease());
            assignment.turning().ifPresent(faults::turnRoundAt);
            if (kind == Faults.Kind.PAUSE) {
                faults.armEachTime(assignment.spot(), () -> waitIn(assignment.file(".")));
            } else {
                AtomicBoolean come = new AtomicBoolean();
                faults.armEachTime(assignment.spot(), () -> dieTogether(coming, come));
            }
            Thread run = new Thread(() -> {
                status.accumulateAndGet(carryOut(assignment, faults), Math::max);
                running.countDown();
                if (kind == Faults.Kind.KILL) {
                    // It missed its spot.
                    System.exit(status.get());
                }
            });
            run.setUncaughtExceptionHandler((thread, thrown) -> {
                thrown.printStackTrace();
                Runtime.getRuntime().halt(1);
            });
            run.start();
        }
        running.await();
        System.exit(status.get());
    }

    private static int carryOut(Assignment assignment, Faults faults) {
        try (Environment environment = Drill.environments(faults).open(assignment.manifest())) {
            Outcome outcome = environment.run(assignment.request(environment.name()), progress -> {});
            say(assignment, outcome.kind() + " " + outcome.summary());
            return outcome.kind() == Outcome.Kind.DONE ? 0 : 2;
        } catch (EnvironmentException e) {
            say(assignment, e.getMessage());
            return 1;
        }
    }

    private static void say(Assignment assignment, String text) {
        System.out.println(assignment.spot() + ": " + text);
        try {
            Files.writeString(assignment.file("said"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last that comes kills them all. */
    private static void dieTogether(CountDownLatch coming, AtomicBoolean come) {
        if (!come.getAndSet(true)) {
            coming.countDown();
        }
        try {
            coming.await();
            Runtime.getRuntime().halt(KILLED);
        } catch (InterruptedException e) {
            // Nothing of it may go on, and the others have not come.
            Runtime.getRuntime().halt(1);
        }
    }

    static void waitIn(Path folder) {
        try {
            Files.write(folder.resolve("there"), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!Files.exists(folder.resolve("go")) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
    }
}
