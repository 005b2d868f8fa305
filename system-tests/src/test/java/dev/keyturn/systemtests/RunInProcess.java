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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A run in a process of its own, which can be killed or stopped at a spot. */
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
     * What a process does.
     *
     * @param turning where the run is made to turn round before it comes to the spot
     * @param spot where the fault strikes
     * @param lease after how long it is thought dead when it says nothing
     */
    record Order(Purpose purpose, List<String> only, boolean force, Optional<Spot> turning, Spot spot, Duration lease) {
        static Order of(Purpose purpose, Spot spot) {
            return new Order(purpose, List.of(), false, Optional.empty(), spot, LEASE);
        }

        Order only(List<String> secrets) {
            return new Order(purpose, secrets, force, turning, spot, lease);
        }

        Order forced() {
            return new Order(purpose, only, true, turning, spot, lease);
        }

        Order turningAt(Spot first) {
            return new Order(purpose, only, force, Optional.of(first), spot, lease);
        }

        Order leasedFor(Duration time) {
            return new Order(purpose, only, force, turning, spot, time);
        }

        Request request(String environment) {
            return new Request(environment, purpose, only, false, force, "", "a test", "");
        }

        private List<String> words() {
            return List.of(
                    purpose.name(),
                    String.join(",", only),
                    Boolean.toString(force),
                    turning.map(Order::word).orElse(""),
                    word(spot),
                    lease.toString());
        }

        private static String word(Spot spot) {
            return spot.moment() + " " + spot.step();
        }

        private static Spot spot(String word) {
            String[] parts = word.split(" ", 2);
            return new Spot(parts[1], Moment.valueOf(parts[0]));
        }

        private static Order parse(List<String> words) {
            return new Order(
                    Purpose.valueOf(words.get(0)),
                    words.get(1).isEmpty() ? List.of() : List.of(words.get(1).split(",")),
                    Boolean.parseBoolean(words.get(2)),
                    Optional.of(words.get(3)).filter(word -> !word.isEmpty()).map(Order::spot),
                    spot(words.get(4)),
                    Duration.parse(words.get(5)));
        }
    }

    /** Starts a run that ends at the spot as if by SIGKILL. */
    static RunInProcess killedAt(Path manifest, Order order) {
        return start(manifest, Faults.Kind.KILL, order);
    }

    static RunInProcess killedAt(Drill drill, Purpose purpose, List<String> only, Spot spot) {
        return killedAt(drill.system().manifest(), Order.of(purpose, spot).only(only));
    }

    /**
     * Starts a run that waits at the spot until the file {@code go} is in the system's folder; it makes the file {@code there}.
     *
     * @param lease after how long it is thought dead when it says nothing
     */
    static RunInProcess waitingAt(Drill drill, Purpose purpose, Spot spot, Duration lease) {
        return start(
                drill.system().manifest(),
                Faults.Kind.PAUSE,
                Order.of(purpose, spot).leasedFor(lease));
    }

    private static RunInProcess start(Path manifest, Faults.Kind kind, Order order) {
        List<String> command = FastStart.of(RunInProcess.class, List.of(), words(manifest, kind, order));
        Path folder = manifest.getParent();
        try {
            Files.deleteIfExists(folder.resolve("there"));
            Files.deleteIfExists(folder.resolve("go"));
            Path output = Files.createTempFile(folder, "process", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new RunInProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has ended as if by SIGKILL. */
    void awaitKilled() {
        assertThat(awaitEnd()).as(output()).isEqualTo(KILLED);
    }

    private static List<String> words(Path manifest, Faults.Kind kind, Order order) {
        List<String> words = new ArrayList<>(List.of(manifest.toString(), kind.name()));
        words.addAll(order.words());
        return words;
    }

    long pid() {
        return process.pid();
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

    /** All that it printed. */
    String output() {
        return Drill.read(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process's side: manifest, kind of fault, order. */
    public static void main(String[] arguments) {
        Path manifest = Path.of(arguments[0]);
        Faults.Kind kind = Faults.Kind.valueOf(arguments[1]);
        Order order = Order.parse(List.of(arguments).subList(2, arguments.length));
        Faults faults = new Faults(order.lease());
        order.turning().ifPresent(faults::turnRoundAt);
        if (kind == Faults.Kind.PAUSE) {
            faults.arm(order.spot(), () -> waitIn(manifest.getParent()));
        } else {
            faults.arm(order.spot(), kind);
        }
        int status = 1;
        try (Environment environment = Drill.environments(faults).open(manifest)) {
            Outcome outcome = environment.run(order.request(environment.name()), progress -> {});
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
