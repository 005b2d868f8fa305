package dev.keyturn.steps.manifest;

import java.time.Duration;
import java.util.Optional;

/**
 * What a secret's values must keep to.
 *
 * @param minimum the least length in characters
 * @param maximum the greatest length in characters
 * @param age after how long a value should have been rotated; empty if never
 */
public record Policy(int minimum, int maximum, Optional<Duration> age) {}
