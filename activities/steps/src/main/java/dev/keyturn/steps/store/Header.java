package dev.keyturn.steps.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Who a store is and who may change it.
 *
 * @param storeId random, made with the store, never changed: 12 lower-case hexadecimal digits
 * @param environment the environment whose store this is; a manifest of another one is refused
 * @param epoch raised by every new holder
 * @param turn whose turn it is within the epoch
 * @param holder who holds the lease; empty if nobody does
 */
public record Header(String storeId, String environment, long epoch, Turn turn, Optional<Holder> holder) {
    /**
     * A holder of the lease.
     *
     * @param run the run's identity
     * @param host the name of the machine on which it said so, for a person
     * @param machine where the process's number means it: one start of a machine, and one of the spaces of numbers there
     * @param pid the process there
     * @param started tells that process from a later one with the same number, by no clock that can be set
     * @param until when the lease ends unless it is renewed
     */
    public record Holder(String run, String host, String machine, long pid, String started, Instant until) {}

    /** Given back: nobody's. */
    Header free() {
        return new Header(storeId, environment, epoch, turn, Optional.empty());
    }

    Header heldBy(Holder next) {
        return new Header(storeId, environment, epoch, turn, Optional.of(next));
    }

    /** With an epoch of its own for the one that takes it. */
    Header takenBy(Holder next) {
        return new Header(storeId, environment, epoch + 1, Turn.FIRST, Optional.of(next));
    }

    Header withTurn(Turn next) {
        return new Header(storeId, environment, epoch, next, holder);
    }
}
