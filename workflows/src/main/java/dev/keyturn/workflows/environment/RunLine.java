package dev.keyturn.workflows.environment;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One run of the past: who, what, when, and how it ended. */
public record RunLine(
        String id,
        String purpose,
        Instant begun,
        Optional<Instant> ended,
        String by,
        String reason,
        String outcome,
        List<String> secrets) {
    public RunLine {
        secrets = List.copyOf(secrets);
    }
}
