package dev.keyturn.steps.store;

/** Why a store refuses; the message names the file, what was found, what was expected, and the next command. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** There is no store yet. */
        MISSING,
        /** Another run holds the lease. */
        HELD,
        /** Others stay in the critical section for longer than is waited for; it may help to try again. */
        BUSY,
        /** The key file is missing, not a key, or not this store's. */
        WRONG_KEY,
        /** Cut short, changed, or not a store. */
        DAMAGED,
        /** Others may read or write what only the owner may. */
        TOO_OPEN,
        /** The store of another environment. */
        FOREIGN,
        /** The disk is full, or the file system said no. */
        UNWRITABLE
    }

    private final Kind kind;

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
