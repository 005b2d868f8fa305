package dev.keyturn.spi;

/** A look at a service from outside after it was redeployed: does it work with what it holds? */
public interface Check {
    /**
     * Tries until the check passes or its own time is over.
     *
     * @param progress called at least every five seconds
     * @throws AdapterException CANCELLED, or CONFIGURATION if the check cannot be made at all
     */
    Verdict run(Progress progress);

    /**
     * What a check found.
     *
     * @param passed whether the service works
     * @param seen for a person: what was seen last; never a value
     */
    record Verdict(boolean passed, String seen) {}
}
