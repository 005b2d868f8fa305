package dev.keyturn.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program to its end or kills it together with everything that it started. A process that the program leaves in
 * the background when it ends well lives on, and is not waited for.
 */
final class BoundedRun {
    /** How many bytes of the end of each output are kept. */
    static final int KEPT = 64 * 1024;

    private static final String MARK = "KEYTURN_RUN";

    private static final long LOOK_EVERY_MILLIS = 100;

    /** How long a process may take to end when it is asked to, before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** When to give up on killing. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Process process;

    /** In the environment of the program and of all that it starts, also of what leaves its parent and is nobody's descendant. */
    private final String mark;

    private long survivors;

    private BoundedRun(Process process, String mark) {
        this.process = process;
        this.mark = mark;
    }

    /**
     * How a run ended.
     *
     * @param ended false if it was killed because its time was over
     * @param status the exit status, where it ended
     * @param output the end of what it printed
     * @param errors the end of what it printed to standard error
     * @param cut whether {@code output} is not all of it
     * @param survivors how many of its processes could not be killed: they are another user's, or hang in the kernel
     */
    record Result(boolean ended, int status, String output, String errors, boolean cut, long survivors) {
        /** Nothing of what was printed. */
        @Override
        public String toString() {
            return "Result[ended=" + ended + ", status=" + status + "]";
        }
    }

    /**
     * @param progress called ten times a second; when it throws, the program is killed and the exception passed on
     * @throws AdapterException CANCELLED, also when the thread is interrupted; CONFIGURATION if the program cannot be started;
     *     UNAVAILABLE if the system cannot start anything now
     */
    static Result of(Command command, Map<String, String> environment, Duration within, Progress progress) {
        try (OutputFile output = OutputFile.create();
                OutputFile errors = OutputFile.create()) {
            ProcessBuilder builder = new ProcessBuilder(command.arguments())
                    .directory(command.directory().toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.redirect())
                    .redirectError(errors.redirect());
            builder.environment().clear();
            builder.environment().putAll(environment);
            String name = UUID.randomUUID().toString();
            builder.environment().put(MARK, name);
            BoundedRun run = start(command, builder, MARK + "=" + name);
            boolean ended = run.await(command, within, progress, output, errors);
            return new Result(
                    ended,
                    ended ? run.process.exitValue() : -1,
                    new String(output.end(), UTF_8),
                    new String(errors.end(), UTF_8),
                    output.wasCut(),
                    run.survivors);
        } catch (IOException e) {
            throw new AdapterException(
                    Reason.UNAVAILABLE,
                    command
                            + ": its output cannot be caught in the directory for temporary files (full, or not writable); make"
                            + " room there and run the command again");
        }
    }

    private static BoundedRun start(Command command, ProcessBuilder builder, String mark) {
        try {
            return new BoundedRun(builder.start(), mark);
        } catch (IOException e) {
            // Not its message: it quotes the arguments' program and the system's words in one.
            boolean lack = String.valueOf(e.getMessage()).matches("(?s).*error=(11|12|23|24),.*");
            throw new AdapterException(
                    lack ? Reason.UNAVAILABLE : Reason.CONFIGURATION,
                    command + ": the system refuses to start it ("
                            + (lack
                                    ? "no processes, memory or files left"
                                    : "not a program for this machine, or no right to it")
                            + "), expected a program; nothing was started; try it by hand in " + command.directory());
        }
    }

    /** Whether it ended by itself in time; if not, nothing of it is left. */
    private boolean await(Command command, Duration within, Progress progress, OutputFile output, OutputFile errors)
            throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        boolean left = false;
        try {
            output.unlink();
            errors.unlink();
            while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                output.bound();
                errors.bound();
                progress.alive(command + " runs");
            }
            left = true;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException(
                    Reason.CANCELLED,
                    command + ": the worker is stopping; the program was killed with all that it started");
        } finally {
            if (!left) {
                killAll();
            }
        }
    }

    /** Asks, waits a little, then kills until nothing is left: a process may start others while it is being killed. */
    private void killAll() {
        boolean interrupted = Thread.interrupted();
        long begin = System.nanoTime();
        boolean asked = false;
        for (List<ProcessHandle> left = alive(); !left.isEmpty(); left = alive()) {
            survivors = left.size();
            long waited = System.nanoTime() - begin;
            if (waited > PATIENCE.toNanos()) {
                break;
            }
            if (interrupted || waited > GRACE.toNanos()) {
                left.forEach(ProcessHandle::destroyForcibly);
            } else if (!asked) {
                left.forEach(ProcessHandle::destroy);
                asked = true;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            survivors = 0;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ProcessHandle> alive() {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        all.add(process.toHandle());
        process.descendants().forEach(all::add);
        ProcessHandle.allProcesses().filter(this::isMarked).forEach(all::add);
        return all.stream().filter(BoundedRun::runs).toList();
    }

    /** Only Linux tells; elsewhere the descendants are all that is found. */
    private boolean isMarked(ProcessHandle handle) {
        return of(handle, "environ").filter(text -> text.contains(mark)).isPresent();
    }

    /** A zombie counts as alive to Java; in a container without an init process nobody ever takes it away. */
    private static boolean runs(ProcessHandle handle) {
        boolean zombie = of(handle, "stat")
                .filter(text -> text.startsWith(") Z", text.lastIndexOf(')')))
                .isPresent();
        return handle.isAlive() && !zombie;
    }

    private static Optional<String> of(ProcessHandle handle, String file) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", Long.toString(handle.pid()), file), ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
