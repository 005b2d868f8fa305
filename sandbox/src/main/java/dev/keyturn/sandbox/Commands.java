package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Short programs, run to their end. */
final class Commands {
    private Commands() {}

    /** What a program left: its status, and what it printed on both of its outputs. */
    record Done(int status, String output) {}

    /** Runs a program with {@code input}; the server's own environment variables do not reach it. */
    static Done run(List<String> command, String input) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("TZ", "UTC");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        } catch (IOException closedEarly) {
            // A program that did not read its input says by its status whether that matters.
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            return new Done(process.waitFor(), output);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.get(0) + " ran", e);
        }
    }
}
