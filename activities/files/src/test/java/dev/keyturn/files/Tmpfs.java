package dev.keyturn.files;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small file system of its own, which only root can mount: without root the test is skipped. */
record Tmpfs(Path path) implements AutoCloseable {
    static Tmpfs mount(Path at, String size) throws IOException {
        assumeTrue(Ownership.privileged(), "needs root, to mount a file system");
        Files.createDirectories(at);
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", at.toString()), "mount is not permitted");
        return new Tmpfs(at);
    }

    void makeReadOnly() {
        if (!run("mount", "-o", "remount,ro", path.toString())) {
            throw new IllegalStateException("cannot remount " + path);
        }
    }

    @Override
    public void close() {
        run("umount", "-l", path.toString());
    }

    static boolean run(String... command) {
        try {
            return new ProcessBuilder(new ArrayList<>(List.of(command)))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
