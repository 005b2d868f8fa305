package dev.keyturn.steps.store;

import java.time.Instant;

/** A version that is to be withdrawn, but not before this moment. */
public record Due(String secret, int version, Instant notBefore) {}
