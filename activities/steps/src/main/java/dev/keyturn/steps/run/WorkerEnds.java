package dev.keyturn.steps.run;

/** The process of this worker ends while it is at work: no word on the work itself, which another try takes up. The message is fit to print. */
final class WorkerEnds extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerEnds(String message) {
        super(message);
    }
}
