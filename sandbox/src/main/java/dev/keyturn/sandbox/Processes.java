package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Java cannot say to a process, or ask about one. */
final class Processes {
    private Processes() {}

    /** A process that ended but that nobody has asked about yet is still listed, in state Z. */
    static boolean run(long pid) {
        try {
            String state = Files.readString(Path.of("/proc/" + pid + "/stat"), UTF_8);
            return state.charAt(state.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }

    /** Sends a signal by its name without {@code SIG}; a process that is gone is fine. */
    static void signal(String name, long pid) {
        try {
            Commands.run(List.of("sh", "-c", "kill -" + name + " " + pid), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
