package dev.keyturn.sandbox;

/** Something of the sandbox does not do what was asked of it. The message says what and why, and is fit to print: it holds no value. */
public final class SandboxException extends IllegalStateException {
    SandboxException(String message) {
        super(message);
    }

    SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
