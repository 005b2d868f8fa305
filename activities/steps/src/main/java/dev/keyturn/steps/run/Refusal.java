package dev.keyturn.steps.run;

/** A run is not begun; the message says why and what to do, and is fit to print. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }
}
