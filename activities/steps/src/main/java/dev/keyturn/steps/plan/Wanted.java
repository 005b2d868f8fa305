package dev.keyturn.steps.plan;

import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.store.Version.Origin;

/**
 * One secret that a run is to change.
 *
 * @param from the current version's number; 0 for none
 * @param to the number of the version to come; the same as {@code from} if the value stays and only places are mended
 * @param origin how the new version comes about
 * @param note for a person: what follows; may be empty
 */
public record Wanted(Secret secret, int from, int to, Origin origin, String note) {
    public boolean isNew() {
        return from != to;
    }
}
