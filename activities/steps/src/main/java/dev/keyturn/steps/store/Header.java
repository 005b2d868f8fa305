package dev.keyturn.steps.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Who a store is and who may change it.
 *
 * @param storeId random, made with the store, never changed: 12 lower-case hexadecimal digits
 * @param environment the environment whose store this is; a manifest of another one is refused
 * @param epoch raised by every new holder
 * @param holder who holds the lease; empty if nobody does
 */
public record Header(String storeId, String environment, long epoch, Optional<Holder> holder) {
    /**
     * A holder of the lease.
     *
     * @param run the run's identity
     * @param host the machine on which it said so
     * @param pid the process there
     * @param started when that process started, which tells it from a later one with the same number
     * @param until when the lease ends unless it is renewed
     */
    public record Holder(String run, String host, long pid, Instant started, Instant until) {}
}
