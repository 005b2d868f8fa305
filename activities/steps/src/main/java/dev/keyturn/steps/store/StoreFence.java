package dev.keyturn.steps.store;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Fence;
import java.util.function.Supplier;

/**
 * The fence of one epoch of one {@link FileStore}. An effect run by {@link #whileHeld} is inside the store's critical section: it
 * may look at the fence again, but must not change the store.
 */
record StoreFence(FileStore holding, String store, long epoch) implements Fence {
    @Override
    public void check() {
        FileStore.requireHeld(this, header());
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
