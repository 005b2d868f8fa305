package dev.keyturn.workflows.environment;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a secret stands.
 *
 * @param name its name
 * @param kind generated, provided, derived, encryption key, immutable
 * @param version the number of its current version; 0 if it has none
 * @param since when that became current; empty if it has none
 * @param length of the current value, in characters; 0 if it has none
 * @param places where it is used: accounts and publications, for a person
 * @param remark for example that it is too old, or pending; may be empty
 */
public record SecretLine(
        String name,
        String kind,
        int version,
        Optional<Instant> since,
        int length,
        List<String> places,
        String remark) {
    public SecretLine {
        places = List.copyOf(places);
    }
}
