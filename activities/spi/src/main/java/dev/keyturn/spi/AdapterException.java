package dev.keyturn.spi;

/**
 * The one exception that leaves an adapter. Its message is safe to print: it names the object, what was found, what was
 * expected and what has changed so far, and it never holds a value. A driver's own exception is never its cause: it may
 * quote a statement or a URL.
 */
public final class AdapterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is, which is all that a caller decides by. */
    public enum Reason {
        /** Nobody answered, or answered that it cannot now: trying again may help. */
        UNAVAILABLE,
        /** The administrator's rights do not suffice, or its credentials are refused. */
        DENIED,
        /** The target's own policy does not take this value: another one is needed. */
        VALUE_REJECTED,
        /** Reality is none of the values known. Nothing was written. */
        DRIFT,
        /** The manifest asks for what cannot be. */
        CONFIGURATION,
        /** The caller's epoch is over: somebody else holds the environment now. Nothing was written. */
        FENCED,
        /** The caller was told to stop, and stopped at a safe place. */
        CANCELLED
    }

    private final Reason reason;

    public AdapterException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
