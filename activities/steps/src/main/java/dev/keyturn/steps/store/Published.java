package dev.keyturn.steps.store;

import java.time.Instant;
import java.util.Map;

/**
 * What was last published at one place.
 *
 * @param versions by field: the version
 * @param fingerprints by field: a keyed fingerprint of the value
 */
public record Published(Map<String, Integer> versions, Map<String, String> fingerprints, Instant at) {
    public Published {
        versions = Map.copyOf(versions);
        fingerprints = Map.copyOf(fingerprints);
    }
}
