package dev.keyturn.steps.store;

import static dev.keyturn.steps.store.Stores.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Fence;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever comes late writes nothing: another holder, a later step or a later try came before. */
class StoreFenceTest {
    @TempDir
    Path folder;

    @Test
    void theSameRunTakesTheLeaseAgainAtAHigherEpochAndItsOlderFenceIsOver() {
        FileStore store = Stores.create(folder);
        Fence first = store.take("r1");
        Fence second = store.take("r1");

        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        second.check();
        assertFenced(first::check);
    }

    @Test
    void nothingIsWrittenUnderAFenceThatIsOver() {
        FileStore store = Stores.create(folder);
        Fence old = store.take("r1");
        Fence now = store.take("r1");
        State before = store.read();
        boolean[] ran = {false};

        assertFenced(() -> store.update(old, state -> Stores.filled(state, 1, 1)));
        assertFenced(() -> store.renew(old));
        assertFenced(() -> old.whileHeld(() -> ran[0] = true));
        store.release(old);
        assertThat(ran[0]).isFalse();
        assertThat(store.read()).isEqualTo(before);
        now.check();
    }

    @Test
    void aFenceThatWasGivenBackIsOverAndTheNextRunIsFreeToCome() {
        FileStore store = Stores.create(folder);
        Fence first = store.take("r1");
        store.release(first);
        store.release(first);

        assertFenced(first::check);
        assertThat(store.take("r2").epoch()).isEqualTo(first.epoch() + 1);
    }

    @Test
    void ofTheTriesOfOneRunTheLastThatCameAloneMayWrite() {
        FileStore store = Stores.create(folder);
        long epoch = store.take("r1").epoch();
        Fence slept = store.claim(epoch, turn(4, 1));
        slept.check();
        boolean[] ran = {false};

        Fence again = Stores.open(folder).claim(epoch, turn(4, 2));

        again.check();
        assertFenced(slept::check, "a later try of it");
        assertFenced(() -> slept.whileHeld(() -> ran[0] = true));
        assertFenced(() -> store.update(slept, state -> Stores.filled(state, 1, 1)));
        assertFenced(() -> store.renew(slept));
        assertThat(ran[0]).isFalse();

        Fence next = store.claim(epoch, turn(5, 1));
        next.check();
        assertFenced(again::check, "a later step of the run");
        store.renew(next);
        assertThat(store.update(next, state -> Stores.filled(state, 1, 1)).versions())
                .hasSize(1);
    }

    @Test
    void aTryThatComesLateTakesNoTurnAndTheSameOneKeepsIts() {
        FileStore store = Stores.create(folder);
        long epoch = store.take("r1").epoch();
        Fence now = store.claim(epoch, turn(5, 1));
        State before = store.read();

        assertFenced(store.claim(epoch, turn(4, 2))::check);
        assertFenced(store.claim(epoch - 1, turn(6, 1))::check);
        store.claim(epoch, turn(5, 1)).check();

        now.check();
        assertThat(store.read()).isEqualTo(before);
    }

    /** It repeats calls that were made before, and numbers them as they were. */
    @Test
    void theRunOfAWorkflowThatWasResetTakesTheTurnFromTheOneBefore() {
        FileStore store = Stores.create(folder);
        long epoch = store.take("r1").epoch();
        Fence before = store.claim(epoch, new Turn("before", NOW, 9, 1));

        Fence repeated = store.claim(epoch, new Turn("after", NOW.plusSeconds(1), 3, 1));

        repeated.check();
        assertFenced(before::check);
        assertFenced(store.claim(epoch, new Turn("before", NOW, 9, 2))::check);
        store.claim(epoch, new Turn("after", NOW.minusSeconds(60), 4, 1)).check();
    }

    @Test
    void aNewHolderBeginsWithTheFirstTurn() {
        FileStore store = Stores.create(folder);
        Fence first = store.claim(store.take("r1").epoch(), turn(9, 3));
        store.release(first);
        assertFenced(store.claim(first.epoch(), turn(10, 1))::check);

        long epoch = store.take("r2").epoch();

        store.claim(epoch, turn(1, 1)).check();
    }

    @Test
    void aFenceOfAnEpochTakenElsewhereIsAsGood() {
        FileStore store = Stores.create(folder);
        long epoch = store.take("r1").epoch();

        Fence fence = Stores.open(folder).claim(epoch, turn(1, 1));
        fence.check();
        assertThat(fence.whileHeld(() -> 5)).isEqualTo(5);
        assertThat(fence.sessionName())
                .isEqualTo("keyturn/" + store.read().header().storeId() + "/" + epoch);
        assertFenced(Stores.open(folder).claim(epoch - 1, turn(2, 1))::check);
    }

    @Test
    void aFenceOfAnotherStoreHasNoEffect() {
        Fence foreign = Stores.create(folder.resolve("other")).take("r1");
        FileStore store = Stores.create(folder.resolve("this"));
        store.take("r1");

        assertFenced(() -> store.update(foreign, state -> Stores.filled(state, 1, 1)));
    }

    @Test
    void anEffectInsideTheFenceMayLookAtTheFenceAgain() {
        FileStore store = Stores.create(folder);
        Fence fence = store.take("r1");

        String seen = fence.whileHeld(() -> {
            fence.check();
            return fence.whileHeld(() -> "inner");
        });
        assertThat(seen).isEqualTo("inner");
    }

    private static Turn turn(long call, int attempt) {
        return new Turn("workflow", NOW, call, attempt);
    }

    static void assertFenced(ThrowingCallable call) {
        assertFenced(call, "");
    }

    private static void assertFenced(ThrowingCallable call, String found) {
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(call)
                .withMessageContaining(found)
                .withMessageContaining("nothing was written")
                .extracting(AdapterException::reason)
                .isEqualTo(AdapterException.Reason.FENCED);
    }
}
