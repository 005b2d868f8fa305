package dev.keyturn.workflows.environment;

/**
 * Says in words fit to print what is wrong, what has changed so far (usually nothing), and the next thing to do. It
 * holds no value and no cause that might.
 */
public final class EnvironmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is; the exit code follows from it. */
    public enum Kind {
        /** The manifest, an option or a file is not as it must be. */
        USAGE,
        /** It was refused: somebody else holds the lock, a precondition does not hold. */
        REFUSED,
        /** Something does not answer or cannot be read. */
        UNAVAILABLE
    }

    private final Kind kind;

    public EnvironmentException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
