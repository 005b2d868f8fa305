package dev.keyturn.steps.store;

import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.workflows.contract.Purpose;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One run.
 *
 * @param from by secret: the current version when it began; 0 for none
 * @param to by secret: the version that it is to make current
 * @param moves by secret: how it gets there; the same secrets as in {@code from} and {@code to}
 * @param digest of its plan
 * @param outcome how it ended, as {@link dev.keyturn.workflows.contract.Outcome.Kind} in lower case; empty until then
 */
public record Run(
        String id,
        Purpose purpose,
        Phase phase,
        Map<String, Integer> from,
        Map<String, Integer> to,
        Map<String, Move> moves,
        String digest,
        String by,
        String reason,
        Instant begun,
        Optional<Instant> ended,
        String outcome) {
    /** How far it is, as far as recovery needs to know. */
    public enum Phase {
        /** Nothing outside the store was changed. */
        PREPARED,
        /** Something outside may have been changed. */
        CHANGING,
        /** The new versions are current: forward only. */
        COMMITTED,
        CLOSED
    }

    /**
     * How a run moves one secret; decided when it was planned, so that whoever finishes it goes the same way.
     *
     * @param course through which arrangements
     * @param origin how the new version comes about
     * @param overwrite what may be replaced although it is not recognised
     */
    public record Move(Course course, Version.Origin origin, Overwrite overwrite) {}

    /** What may be replaced although it is none of the values known. */
    public enum Overwrite {
        NOTHING,
        /** Copies that are derived, or that their server proves wrong. What an account accepts may be somebody's key to it. */
        COPIES,
        /** Accounts too: an operator forced it. */
        EVERYTHING
    }

    public Run {
        from = Map.copyOf(from);
        to = Map.copyOf(to);
        moves = Map.copyOf(moves);
    }

    public Run in(Phase next) {
        return new Run(id, purpose, next, from, to, moves, digest, by, reason, begun, ended, outcome);
    }

    public Run closed(String how, Instant now) {
        return new Run(id, purpose, Phase.CLOSED, from, to, moves, digest, by, reason, begun, Optional.of(now), how);
    }
}
