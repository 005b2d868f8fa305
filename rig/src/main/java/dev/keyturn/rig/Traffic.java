package dev.keyturn.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A user who never stops asking: the rig's traffic client, run on this host against addresses that it reaches. Starts to count
 * with the first good answer.
 */
public final class Traffic implements AutoCloseable {
    private static final int WAIT_SECONDS = 60;
    private static final int EVERY_MILLISECONDS = 20;

    private final Path records;
    private final Process process;

    /**
     * What the user saw.
     *
     * @param longestGap the longest time without a good answer; zero while nothing failed
     * @param failures each request that failed, the first one first
     */
    public record Report(int requests, Duration longestGap, List<Failure> failures) {
        public Report {
            failures = List.copyOf(failures);
        }
    }

    /**
     * A request that failed.
     *
     * @param sent when it was sent
     * @param reason its status with the beginning of its body, or the kind of error
     */
    public record Failure(Instant sent, String reason) {}

    private Traffic(Path records, Process process) {
        this.records = records;
        this.process = process;
    }

    /**
     * Starts to ask these addresses in turn, and returns when the first good answer is there.
     *
     * @param records where to write; must not exist yet
     * @throws IllegalStateException if no good answer comes within a minute
     */
    public static Traffic to(Path records, String... addresses) {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                Variables.get("KEYTURN_RIG_TRAFFIC"),
                "--every",
                "" + EVERY_MILLISECONDS,
                "--wait",
                "" + WAIT_SECONDS,
                "--out",
                records.toString()));
        command.addAll(List.of(addresses));
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            Traffic traffic = new Traffic(records, process);
            while (traffic.events("started").isEmpty()) {
                if (process.waitFor(EVERY_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(
                            "no good answer from " + List.of(addresses) + " within " + WAIT_SECONDS + " s");
                }
            }
            return traffic;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for traffic", e);
        }
    }

    /** Stops asking. */
    public Report end() {
        process.destroy();
        process.onExit().join();
        JsonNode totals = events("ended").get(0);
        return new Report(
                totals.get("requests").asInt(),
                Duration.ofMillis(totals.get("longestGapMs").asLong()),
                events("failed").stream()
                        .map(e -> new Failure(
                                Instant.parse(e.get("at").asText()),
                                e.get("reason").asText()))
                        .toList());
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private List<JsonNode> events(String kind) {
        try {
            List<JsonNode> found = new ArrayList<>();
            if (Files.exists(records)) {
                String written = Files.readString(records);
                // Only whole lines: the last one may be half written.
                for (String line : written.substring(0, written.lastIndexOf('\n') + 1)
                        .lines()
                        .toList()) {
                    JsonNode event = new ObjectMapper().readTree(line);
                    if (event.get("event").asText().equals(kind)) {
                        found.add(event);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
