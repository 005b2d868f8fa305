package dev.keyturn.steps.audit;

/** The audit cannot be written or was tampered with, so nothing may be changed; the message says what stands and what to do. */
public final class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AuditException(String message) {
        super(message);
    }
}
