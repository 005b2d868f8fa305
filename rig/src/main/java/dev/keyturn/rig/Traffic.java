package dev.keyturn.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Users who never stop asking, one for each address: the rig's traffic client, run on this host against addresses that it reaches.
 * Starts to count when each address has given a good answer. It ends with this JVM, also when that is killed.
 */
public final class Traffic implements AutoCloseable {
    /** The pause between the beginnings of two requests of one user, unless the first one takes longer. */
    private static final Duration EVERY = Duration.ofMillis(20);

    private static final int WAIT_SECONDS = 60;

    private final Path records;
    private final Process process;
    private final Thread hook = new Thread(this::kill, "kill the traffic client");

    /**
     * What the users saw.
     *
     * @param requests of all users
     * @param longestGap the longest time that one of them was without a good answer; zero while nothing failed
     * @param longestGapAddress whose that was; nothing while nothing failed
     * @param failures each request that failed, the first one first
     */
    public record Report(
            int requests, Duration longestGap, Optional<String> longestGapAddress, List<Failure> failures) {
        public Report {
            failures = List.copyOf(failures);
        }
    }

    /**
     * A request that failed.
     *
     * @param sent when it was sent, in whole milliseconds
     * @param reason its status with the beginning of its body, or the kind of error
     */
    public record Failure(Instant sent, String address, String reason) {}

    private Traffic(Path records, Process process) {
        this.records = records;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts to ask these addresses, and returns when each has given a good answer. An interrupt ends the wait and the client.
     *
     * @param records where to write, with what goes wrong in a file beside it; must not exist yet
     * @throws IllegalStateException if one of them gives no good answer within a minute
     */
    public static Traffic to(Path records, String... addresses) {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                Variables.get("KEYTURN_RIG_TRAFFIC"),
                "--every",
                "" + EVERY.toMillis(),
                "--wait",
                "" + WAIT_SECONDS,
                "--parent",
                "" + ProcessHandle.current().pid(),
                "--out",
                records.toString()));
        command.addAll(List.of(addresses));
        try {
            Traffic traffic = new Traffic(
                    records,
                    // No stream of this JVM: who reads its output would wait for the client's end.
                    new ProcessBuilder(command)
                            .redirectInput(Redirect.from(new File("/dev/null")))
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(errors(records).toFile())
                            .start());
            try {
                traffic.awaitStarted();
                return traffic;
            } catch (RuntimeException | InterruptedException e) {
                traffic.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for traffic", e);
        }
    }

    /**
     * Stops asking, when the last requests have their answers.
     *
     * @throws IllegalStateException if the client had ended before
     */
    public Report end() {
        process.destroy();
        process.onExit().join();
        JsonNode totals = events("ended").stream().findFirst().orElseThrow(() -> broken("ended without a report"));
        return new Report(
                totals.get("requests").asInt(),
                Duration.ofMillis(totals.get("longestGapMs").asLong()),
                Optional.ofNullable(totals.get("longestGapUrl").textValue()),
                events("failed").stream()
                        .map(e -> new Failure(
                                Instant.parse(e.get("at").asText()),
                                e.get("url").asText(),
                                e.get("reason").asText()))
                        .sorted(Comparator.comparing(Failure::sent)) // written when they ended
                        .toList());
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void kill() {
        process.destroyForcibly().onExit().join();
    }

    private void awaitStarted() throws InterruptedException {
        while (events("started").isEmpty()) {
            if (process.waitFor(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                JsonNode last = events("gave up").stream().findFirst().orElseThrow(() -> broken("did not start"));
                throw new IllegalStateException(
                        "no good answer from " + last.get("url").asText() + " within "
                                + WAIT_SECONDS + " s; the last one was "
                                + last.get("reason").asText());
            }
        }
    }

    private IllegalStateException broken(String what) {
        try {
            return new IllegalStateException("the traffic client " + what + ", status " + process.exitValue()
                    + "; it printed: " + Files.readString(errors(records)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path errors(Path records) {
        return records.resolveSibling(records.getFileName() + ".err");
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
