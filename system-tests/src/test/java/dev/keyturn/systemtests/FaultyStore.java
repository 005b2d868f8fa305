package dev.keyturn.systemtests;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Store;
import dev.keyturn.steps.store.Turn;
import java.util.function.UnaryOperator;

/** A store whose writes may fail, or succeed without anybody learning of it. */
record FaultyStore(Store store, Faults faults) implements Store {
    @Override
    public State read() {
        return store.read();
    }

    @Override
    public State update(Fence fence, UnaryOperator<State> change) {
        faults.storing();
        State written = store.update(fence, change);
        faults.stored();
        return written;
    }

    @Override
    public Fence take(String run) {
        faults.storing();
        return store.take(run);
    }

    @Override
    public Fence claim(long epoch, Turn turn) {
        faults.renewing();
        return store.claim(epoch, turn);
    }

    @Override
    public void renew(Fence fence) {
        faults.renewing();
        store.renew(fence);
    }

    @Override
    public void release(Fence fence) {
        faults.storing();
        store.release(fence);
    }

    @Override
    public String fingerprint(SecretValue value) {
        return store.fingerprint(value);
    }

    @Override
    public void close() {
        store.close();
    }
}
