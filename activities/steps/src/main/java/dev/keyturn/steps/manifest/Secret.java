package dev.keyturn.steps.manifest;

import java.util.Optional;

/**
 * A named value.
 *
 * @param account what it opens, if it is a password
 * @param policy what its values must keep to
 */
public record Secret(String name, Kind kind, Optional<Account> account, Policy policy) {}
