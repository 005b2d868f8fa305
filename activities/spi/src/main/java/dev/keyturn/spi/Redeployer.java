package dev.keyturn.spi;

import java.util.List;

/**
 * Makes one service pick values up. Opened for one service of the manifest.
 *
 * <p>Methods throw {@link AdapterException} and nothing else. UNAVAILABLE if it may help to try again; CONFIGURATION or DENIED if it
 * will not. A service that does not come up is UNAVAILABLE, with what it printed last, scrubbed.
 */
public interface Redeployer {
    /**
     * Restarts the service so that every instance runs with what is published now, and returns when they are up.
     * Idempotent: with everything on {@code generation} already, it may do nothing.
     *
     * @param generation the name of the wanted set of values
     * @param progress called at least every five seconds
     */
    void roll(Fence fence, Generation generation, Progress progress);

    /**
     * What each instance runs with, compared with {@code wanted}. Changes nothing.
     *
     * @return empty only if nothing runs, which is a failure where {@link #roll} has just returned; what cannot look says so by
     *     {@link Running.Proof#WORD}
     */
    List<Running> running(Generation wanted);

    /** What would make {@link #roll} fail: a program that is missing, a service that is unknown. */
    List<Finding> preflight();
}
