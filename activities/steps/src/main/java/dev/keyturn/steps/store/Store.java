package dev.keyturn.steps.store;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.SecretValue;
import java.util.function.UnaryOperator;

/** Where an environment's {@link State} rests. Safe for use by several threads and several processes. */
public interface Store extends AutoCloseable {
    /**
     * The state now.
     *
     * @throws StoreException if it cannot be read, was damaged, or is under another key
     */
    State read();

    /**
     * Replaces the state by what {@code change} makes of it, in one atomic and durable step, if the fence still holds. {@code change} may be
     * run again and has no effects.
     *
     * @return the new state, when it is durable
     * @throws dev.keyturn.spi.AdapterException FENCED if another holder, or another turn, came since
     * @throws StoreException if it cannot be written; then the old state stands
     */
    State update(Fence fence, UnaryOperator<State> change);

    /**
     * Takes the lease for a run and raises the epoch, if nobody holds it, its time is over, its process is dead, or it is held by the same run in this process.
     *
     * @throws StoreException HELD if another run holds it, naming the run, process, host and end
     */
    Fence take(String run);

    /**
     * The fence of a try at a step, under a lease that was taken before, perhaps by another process. From here on every earlier turn of this
     * epoch is over. If the epoch is over, or a later turn has come, the fence is over too, and nothing was changed. Idempotent.
     *
     * @throws StoreException if it cannot be written
     */
    Fence claim(long epoch, Turn turn);

    /** Makes the lease last longer from now. Raises FENCED like {@link #update}. */
    void renew(Fence fence);

    /** Gives the lease back; the epoch stays. Does nothing if the fence is over. */
    void release(Fence fence);

    /** A fingerprint of a value under this store's key, from which the value cannot be guessed. */
    String fingerprint(SecretValue value);

    @Override
    void close();
}
