package dev.keyturn.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Progress;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a program to its end or kills it together with everything that it started. A process that the program leaves in
 * the background when it ends well lives on, and is not waited for.
 */
final class BoundedRun {
    /** How many bytes of the end of each output are kept. */
    static final int KEPT = 64 * 1024;

    /** In the environment of the program and of all that it starts. */
    private static final String MARK = "KEYTURN_RUN";

    private static final long LOOK_EVERY_MILLIS = 100;

    private final Process process;

    private final ProcessTree tree;

    private long survivors;

    private BoundedRun(Process process, ProcessTree tree) {
        this.process = process;
        this.tree = tree;
    }

    /** The name of one run, which nothing else has. */
    static String newName() {
        return UUID.randomUUID().toString();
    }

    /** @param root the program that was started under that name, where it is known */
    static ProcessTree tree(Optional<ProcessHandle> root, String name) {
        return new ProcessTree(root, MARK + "=" + name);
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
     * @param name from {@link #newName}
     * @param started told of the program when it was started
     * @param progress called ten times a second; when it throws, the program is killed and the exception passed on
     * @throws AdapterException CANCELLED, also when the thread is interrupted; CONFIGURATION if the program cannot be started;
     *     UNAVAILABLE if the system cannot start anything now
     */
    static Result of(
            Command command,
            Map<String, String> environment,
            Duration within,
            String name,
            Consumer<ProcessHandle> started,
            Progress progress) {
        try (OutputFile output = OutputFile.create();
                OutputFile errors = OutputFile.create()) {
            ProcessBuilder builder = new ProcessBuilder(command.arguments())
                    .directory(command.directory().toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.redirect())
                    .redirectError(errors.redirect());
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.environment().put(MARK, name);
            BoundedRun run = start(command, builder, name);
            started.accept(run.process.toHandle());
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

    private static BoundedRun start(Command command, ProcessBuilder builder, String name) {
        try {
            Process process = builder.start();
            return new BoundedRun(process, tree(Optional.of(process.toHandle()), name));
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
                survivors = tree.end();
            }
        }
    }
}
