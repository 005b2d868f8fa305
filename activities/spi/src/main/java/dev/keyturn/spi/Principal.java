package dev.keyturn.spi;

/**
 * The name of an account on one account server: a PostgreSQL role, a Redis user. Any name that the server allows is
 * legal here, quotes and spaces included; an adapter quotes it and never builds a command by joining text.
 */
public record Principal(String name) {
    public Principal {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a principal has a name");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
