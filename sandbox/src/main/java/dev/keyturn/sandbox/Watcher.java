package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees to it that nothing is left behind: a small shell that waits for the end of the process that started it, however that
 * comes, and then ends what runs in a folder and removes the folder. What is sent to the whole group of the process does not reach it.
 *
 * <p>A folder may be given an afterlife, so that what is in it outlives the process for a bounded time.
 */
public final class Watcher implements AutoCloseable {
    private static final String AFTERLIFE = "afterlife";
    private static final Duration REMOVAL = Duration.ofSeconds(30);

    /** The pipe that it reads from ends with the process at its other end. */
    private static final String WAIT = """
            folder=$1
            read -r line
            waited=0
            while [ $waited -lt "$(cat "$folder/%s" 2>/dev/null || echo 0)" ]; do
              sleep 1
              waited=$((waited + 1))
            done
            """.formatted(AFTERLIFE);

    private final Process process;

    private Watcher(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param folder what it removes in the end
     * @param ending shell commands that end what runs there; {@code $folder} is the folder, {@code $2} the first of the arguments
     * @param arguments for the ending
     */
    public static Watcher over(Path folder, String ending, String... arguments) throws IOException {
        // A session of its own: a signal to the caller's whole group is not meant for the watcher.
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "sh",
                "-c",
                WAIT + ending + "\nrm -rf -- \"$folder\"\n",
                "keyturn-watcher",
                folder.toString()));
        command.addAll(List.of(arguments));
        return new Watcher(new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Lets what is in the folder outlive this process, but no longer than this, in whole seconds. */
    public static void grantAfterlife(Path folder, Duration atMost) {
        try {
            Files.writeString(folder.resolve(AFTERLIFE), atMost.toSeconds() + "\n", UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes the afterlife back. If its process is gone the watcher removes the folder now, which this does not wait for.
     */
    public static void endAfterlife(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(AFTERLIFE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a watcher whose process is gone; whether the folder is removed in the end. */
    public static boolean awaitRemoval(Path folder, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (Files.exists(folder) && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return !Files.exists(folder);
    }

    /** Ends the watcher and nothing else: what it watched is somebody else's now. */
    void dismiss() {
        process.destroyForcibly();
        await();
    }

    /** Has it do its work now, and waits for it; idempotent. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException goneAlready) {
            // Then it has done its work.
        }
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(REMOVAL.toSeconds(), TimeUnit.SECONDS)) {
                throw new SandboxException("Watcher " + process.pid() + " did not end within " + REMOVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
