package dev.keyturn.workflows.contract;

/** Why a step failed, as the type of its failure: all that a workflow decides by. */
public enum FailureType {
    /** Nobody answers, or not now. Tried again until the run's patience is over. */
    UNAVAILABLE(true),
    /** A service did not come up or does not work with what it was given. */
    UNHEALTHY(false),
    /** Rights or credentials do not suffice. */
    DENIED(false),
    /** A target's own policy refused a value. */
    VALUE_REJECTED(false),
    /** Reality is none of the known values; nothing was overwritten. */
    DRIFT(false),
    /** The manifest asks for what cannot be. */
    CONFIGURATION(false),
    /** Another holder took the environment; this run has no effect any more. */
    FENCED(false),
    /** The run was told to turn round. */
    CANCELLED(false),
    /** It was not begun: the lock is held, the plan changed, a precondition does not hold. */
    REFUSED(false),
    /** The store, the audit or the backup cannot be read or written. */
    STORE(false);

    private final boolean worthTryingAgain;

    FailureType(boolean worthTryingAgain) {
        this.worthTryingAgain = worthTryingAgain;
    }

    public boolean worthTryingAgain() {
        return worthTryingAgain;
    }
}
