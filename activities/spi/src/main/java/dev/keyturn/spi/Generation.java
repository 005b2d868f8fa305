package dev.keyturn.spi;

/**
 * Which set of values a service runs with: an opaque name, the same for the same set, from which nothing about the
 * values can be guessed. It may be used as a label or an environment variable.
 */
public record Generation(String id) {
    @Override
    public String toString() {
        return id;
    }
}
