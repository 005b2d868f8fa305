package dev.keyturn.steps.run;

/** A service does not work with what it was given; the message is fit to print. */
final class Unhealthy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unhealthy(String message) {
        super(message);
    }
}
