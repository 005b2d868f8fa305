package dev.keyturn.steps.arrangement;

import java.util.Map;
import java.util.Optional;

/** How a kind of secret gets from old to new: one row of the design's table of passes. */
@SuppressWarnings("ImmutableEnumChecker") // wishes, and maps made by Map.of, do not change
public enum Course {
    /** A password whose account accepts two at once. */
    PASSWORD_WITH_OVERLAP(
            Map.of(Arrangement.PROMOTE, Wish.both(Which.NEW), Arrangement.WITHDRAW, Wish.only(Which.NEW))),
    /** A password whose account accepts one at a time. */
    PASSWORD_IN_PLACE(Map.of(Arrangement.PROMOTE, Wish.only(Which.NEW))),
    /** A signing key whose verifiers take a second one; withdrawn when the longest token has expired. */
    SIGNING_KEY_RING(Map.of(
            Arrangement.INTRODUCE, Wish.both(Which.OLD),
            Arrangement.PROMOTE, Wish.both(Which.NEW),
            Arrangement.WITHDRAW, Wish.only(Which.NEW))),
    /** What is left of such a key when the longest token has expired: until then both were verified. */
    SIGNING_KEY_RING_LATE(Wish.both(Which.NEW), Map.of(Arrangement.WITHDRAW, Wish.only(Which.NEW))),
    /** A signing key of an application that knows one: its sessions end. */
    SIGNING_KEY_SINGLE(Map.of(Arrangement.PROMOTE, Wish.only(Which.NEW))),
    /** An encryption key whose readers take a ring; rows are re-encrypted after the commit point. */
    ENCRYPTION_KEY_RING(Map.of(
            Arrangement.INTRODUCE, Wish.both(Which.OLD),
            Arrangement.PROMOTE, Wish.both(Which.NEW),
            Arrangement.WITHDRAW, Wish.only(Which.NEW))),
    /** An encryption key of an application that knows one: stopped, re-encrypted in one transaction, started. */
    ENCRYPTION_KEY_SINGLE(Map.of(Arrangement.PROMOTE, Wish.only(Which.NEW))),
    /** Given by the operator, and ended elsewhere by whoever gave it. */
    PROVIDED(Map.of(Arrangement.PROMOTE, Wish.only(Which.NEW))),
    /** Put together from others; follows them. */
    DERIVED(Map.of(Arrangement.PROMOTE, Wish.only(Which.NEW)));

    private final Map<String, Wish> wishes;

    private final Wish start;

    Course(Map<String, Wish> wishes) {
        this(Wish.only(Which.OLD), wishes);
    }

    Course(Wish start, Map<String, Wish> wishes) {
        this.start = start;
        this.wishes = wishes;
    }

    /** What this arrangement newly wants; empty if it wants what the one before it did. */
    public Optional<Wish> wishOf(String arrangement) {
        return Optional.ofNullable(wishes.get(arrangement));
    }

    /** What holds once this arrangement is made: its own wish, or that of the last one before it that had one. */
    public Wish heldAt(String arrangement) {
        Wish held = start;
        if (arrangement.equals(Arrangement.START)) {
            return held;
        }
        for (String each : Arrangement.IN_ORDER) {
            held = wishes.getOrDefault(each, held);
            if (each.equals(arrangement)) {
                return held;
            }
        }
        throw new IllegalArgumentException("no such arrangement: " + arrangement);
    }

    public boolean isPassword() {
        return this == PASSWORD_WITH_OVERLAP || this == PASSWORD_IN_PLACE;
    }

    /** Whether the old value stays valid for a while after the commit point, so that it is withdrawn by a later run. */
    public boolean withdrawsLate() {
        return this == SIGNING_KEY_RING;
    }
}
