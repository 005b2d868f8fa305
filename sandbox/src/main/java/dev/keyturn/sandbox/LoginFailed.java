package dev.keyturn.sandbox;

/** A login that did not succeed. The message names the kind of failure and holds no value. */
public final class LoginFailed extends Exception {
    private static final long serialVersionUID = 1L;

    LoginFailed(String kind) {
        super(kind);
    }
}
