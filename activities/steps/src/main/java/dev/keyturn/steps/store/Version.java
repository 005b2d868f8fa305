package dev.keyturn.steps.store;

import dev.keyturn.spi.SecretValue;
import java.time.Instant;
import java.util.Optional;

/**
 * One version of a secret.
 *
 * @param number from 1; never reused
 * @param value the value; empty once it was retired or abandoned long enough ago to be forgotten
 * @param since when it came to its present status
 */
public record Version(
        String secret,
        int number,
        Status status,
        Origin origin,
        Optional<SecretValue> value,
        Instant created,
        Instant since,
        boolean compromised) {
    /** pending → current → previous → retired; or abandoned. */
    public enum Status {
        PENDING,
        CURRENT,
        PREVIOUS,
        RETIRED,
        ABANDONED
    }

    /** How a value came about. */
    public enum Origin {
        GENERATED,
        PROVIDED,
        DERIVED,
        /** Taken over from where it was found. */
        ADOPTED
    }

    public Version as(Status next, Instant now) {
        return new Version(secret, number, next, origin, value, created, now, compromised);
    }
}
