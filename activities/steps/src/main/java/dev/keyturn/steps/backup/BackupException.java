package dev.keyturn.steps.backup;

/** A backup cannot be written, read or proven; the message names the file, what was found and expected, and what to do. */
public final class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackupException(String message) {
        super(message);
    }
}
