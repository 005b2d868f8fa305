package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that is mounted for a test, which only root may do: elsewhere the test is left out. Closing it takes it away; so does the
 * end of the JVM, if that is not killed outright.
 */
public final class Mount implements AutoCloseable {
    private final Path at;
    private final Thread hook = new Thread(this::unmount, "take a mount away");

    private Mount(Path at) {
        this.at = at;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** An empty file system in memory on a folder that exists. */
    public static Mount tmpfs(Path at, String options) {
        return mount(at, "-t", "tmpfs", "-o", options, "tmpfs");
    }

    /** Makes a file or folder a mount point by mounting it on itself. */
    public static Mount onItself(Path at) {
        return mount(at, "--bind", at.toString());
    }

    /** From now on nothing can be written there. */
    public void makeReadOnly() {
        Said said = run("mount", "-o", "remount,ro", at.toString());
        if (said.status != 0) {
            throw new IllegalStateException("cannot make " + at + " read-only: " + said.output);
        }
    }

    @Override
    public void close() {
        unmount();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private static Mount mount(Path at, String... how) {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(how));
        command.add(at.toString());
        Said said = run(command.toArray(String[]::new));
        new Need("mounts", said.output, "run it as root, where root may mount").leavesOutUnless(said.status == 0);
        return new Mount(at);
    }

    private void unmount() {
        // Lazily: a file that a test forgot to close must not keep the file system for ever.
        run("umount", "-l", at.toString());
    }

    private record Said(int status, String output) {}

    private static Said run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Said(process.waitFor(), output.strip().replaceAll("\\s+", " "));
        } catch (IOException e) {
            return new Said(-1, "there is no program " + command[0]);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Said(-1, "interrupted");
        }
    }
}
