package dev.keyturn.steps.arrangement;

import java.util.EnumSet;
import java.util.Set;

/**
 * What one arrangement wants of one secret.
 *
 * @param accept the versions that whoever verifies, decrypts or lets in takes
 * @param use the version that whoever signs, encrypts or logs in uses
 */
public record Wish(Set<Which> accept, Which use) {
    public Wish {
        accept = Set.copyOf(accept);
    }

    public static Wish only(Which use) {
        return new Wish(EnumSet.of(use), use);
    }

    public static Wish both(Which use) {
        return new Wish(EnumSet.allOf(Which.class), use);
    }

    /** What stands where a second, verifying value is published: the other accepted one, or the same if there is none. */
    public Which second() {
        return accept.contains(use.other()) ? use.other() : use;
    }
}
