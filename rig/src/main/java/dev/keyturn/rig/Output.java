package dev.keyturn.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a program said.
 *
 * @param status its exit status
 * @param text what it printed, errors included
 */
public record Output(int status, String text) {
    /**
     * Runs a program to its end.
     *
     * @param environment added to this process's own
     * @throws IllegalStateException if it takes longer than the bound, which kills it
     */
    static Output of(Path folder, Map<String, String> environment, Duration bound, List<String> command) {
        try {
            // A file and not a pipe: what a program leaves running keeps a pipe open.
            Path said = Files.createTempFile("keyturn-rig-", ".out");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(said.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(command + " did not end within " + bound.toSeconds()
                            + " s and was killed; it printed: " + Files.readString(said));
                }
                return new Output(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command.get(0), e);
        }
    }

    /**
     * This output, if the program succeeded.
     *
     * @throws IllegalStateException with what it printed, if its status is not 0
     */
    public Output expectSuccess() {
        if (status != 0) {
            throw new IllegalStateException("status " + status + ", expected 0; it printed: " + text);
        }
        return this;
    }
}
