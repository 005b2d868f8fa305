package dev.keyturn.spi;

import java.util.List;

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
     * Everything that would make {@link #run} fail whatever the service does: settings with which nothing can be looked at. Does not
     * look at the service, which may be down or still to come.
     */
    List<Finding> preflight();

    /**
     * What a check found.
     *
     * @param passed whether the service works
     * @param seen for a person: what was seen last; never a value
     */
    record Verdict(boolean passed, String seen) {}
}
