package dev.keyturn.steps.store;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Fence;
import java.util.function.Supplier;

/**
 * The fence of one turn in one epoch of one {@link FileStore}. An effect run by {@link #whileHeld} is inside the store's critical section: it
 * may look at the fence again, but must not change the store.
 */
record StoreFence(FileStore holding, String store, long epoch, Turn turn) implements Fence {
    @Override
    public void check() {
        requireHeld(header());
    }

    @Override
    public <T> T whileHeld(Supplier<T> effect) {
        // Only what the store itself says is translated: an effect's own exception goes through as it is.
        boolean[] begun = {false};
        try {
            return holding.exclusively(() -> {
                check();
                begun[0] = true;
                return effect.get();
            });
        } catch (StoreException e) {
            if (begun[0]) {
                throw e;
            }
            throw unavailable(e);
        }
    }

    /** @throws AdapterException FENCED if the fence is over: another holder came, the lease was given back, or a later try or step has the turn */
    void requireHeld(Header header) {
        if (store.equals(header.storeId())
                && epoch == header.epoch()
                && header.holder().isPresent()) {
            if (turn.equals(header.turn())) {
                return;
            }
            throw late(header, "a later try of it, or a later step of the run, has begun");
        }
        throw late(
                header,
                epoch == header.epoch()
                        ? "the run of that epoch has given the environment back"
                        : "another holder took the environment at epoch " + header.epoch()
                                + header.holder()
                                        .map(h -> " (run " + h.run() + ", process " + h.pid() + " on " + h.host() + ")")
                                        .orElse(""));
    }

    private AdapterException late(Header header, String found) {
        return new AdapterException(
                AdapterException.Reason.FENCED,
                header.environment() + ": this is a step of epoch " + epoch + ", but " + found
                        + "; nothing was written. Next: keyturn status");
    }

    private Header header() {
        try {
            return holding.read().header();
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    private static AdapterException unavailable(StoreException e) {
        return new AdapterException(AdapterException.Reason.UNAVAILABLE, e.getMessage());
    }

    /** Without the store itself, which has nothing to say in a log. */
    @Override
    public String toString() {
        return "Fence[" + sessionName() + "]";
    }
}
