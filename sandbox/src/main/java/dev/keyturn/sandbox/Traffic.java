package dev.keyturn.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a client that keeps logging in has seen: its attempts in the order of time, of one target or of several.
 *
 * @param attempts every login that was tried
 */
public record Traffic(List<Attempt> attempts) {
    /**
     * One login that was tried.
     *
     * @param at when it had succeeded or failed
     * @param target the name that the client gives to what it logs in to
     * @param failure the kind of failure; empty if it succeeded
     */
    public record Attempt(Instant at, String target, String failure) {
        public boolean succeeded() {
            return failure.isEmpty();
        }

        String line() {
            return (succeeded() ? "+" : "-") + " " + micros() + " " + target + (succeeded() ? "" : " " + failure)
                    + "\n";
        }

        private long micros() {
            return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
        }

        private static Attempt parse(String line) {
            String[] words = line.split(" ", 4);
            long micros = Long.parseLong(words[1]);
            Instant at = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
            return new Attempt(at, words[2], words.length > 3 ? words[3] : "");
        }
    }

    public Traffic {
        attempts = List.copyOf(attempts);
    }

    /** Reads a consumer's journal; a last line that is still being written is left out. */
    public static Traffic read(Path journal) throws IOException {
        String text = Files.exists(journal) ? Files.readString(journal) : "";
        List<Attempt> attempts = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            attempts.add(Attempt.parse(line));
        }
        attempts.sort(Comparator.comparing(Attempt::at));
        return new Traffic(attempts);
    }

    public Traffic of(String target) {
        return new Traffic(
                attempts.stream().filter(a -> a.target.equals(target)).toList());
    }

    public Traffic since(Instant moment) {
        return new Traffic(attempts.stream().filter(a -> !a.at.isBefore(moment)).toList());
    }

    /** The names of the targets, each once. */
    public List<String> targets() {
        return attempts.stream().map(Attempt::target).distinct().sorted().toList();
    }

    public long logins() {
        return attempts.stream().filter(Attempt::succeeded).count();
    }

    public List<Attempt> failures() {
        return attempts.stream().filter(a -> !a.succeeded()).toList();
    }

    /** The longest time between two successes in a row to one target; zero with fewer than two. */
    public Duration longestGap() {
        return targets().stream().map(t -> of(t).gap()).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private Duration gap() {
        Duration longest = Duration.ZERO;
        Instant last = null;
        for (Attempt attempt : attempts) {
            if (attempt.succeeded()) {
                Duration gap = last == null ? Duration.ZERO : Duration.between(last, attempt.at);
                longest = gap.compareTo(longest) > 0 ? gap : longest;
                last = attempt.at;
            }
        }
        return longest;
    }
}
