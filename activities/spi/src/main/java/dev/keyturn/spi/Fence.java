package dev.keyturn.spi;

import java.util.function.Supplier;

/**
 * Proof that its holder may change things now. Each holder of an environment has an epoch, higher than all before it, and within it each try of a
 * step has a turn, which the next one ends.
 *
 * <p>A worker that was stopped and wakes late must have no effect. Two rules make that so. An effect on a server:
 * open the session first (named after store and epoch, see {@link #sessionName()}), then {@link #check()}, then send; a new
 * holder raises the epoch first and ends older sessions then, so a late worker either fails the check or finds its
 * session gone. An effect that is short and local, as a rename: run it inside {@link #whileHeld}, during which nobody
 * can take over.
 */
public interface Fence {
    /** The store's identity. */
    String store();

    /** The holder's epoch, from 1 upwards. */
    long epoch();

    /**
     * Returns if the holder's epoch and its turn are still the store's.
     *
     * @throws AdapterException FENCED if it is not; UNAVAILABLE if the store cannot be asked
     */
    void check();

    /**
     * Runs {@code effect} while no other holder can raise the epoch, and no other try can take its turn. Only for effects of milliseconds.
     *
     * @throws AdapterException FENCED if the epoch or the turn is over already; the effect was not run then
     */
    <T> T whileHeld(Supplier<T> effect);

    /** The name under which sessions are opened: {@code keyturn/<store>/<epoch>}. */
    default String sessionName() {
        return sessionPrefix() + epoch();
    }

    /** What the session names of all holders of this store begin with. */
    default String sessionPrefix() {
        return "keyturn/" + store() + "/";
    }
}
