package dev.keyturn.spi;

/**
 * Something that a look at the world brought up.
 *
 * @param severity whether a rotation may go on
 * @param object what it is about: {@code "account app on server main"}, {@code "file .env, key DATABASE_URL"}
 * @param found what was found; never a value
 * @param expected what should have been found
 * @param next the next thing to do, as a command where there is one; empty if there is nothing to do, which is never so where it blocks
 */
public record Finding(Severity severity, String object, String found, String expected, String next) {
    /** How much a finding matters. */
    public enum Severity {
        /** A rotation is refused while this holds. */
        BLOCKS,
        /** A person should know; a rotation may go on. */
        WARNS,
        /** Said for completeness. */
        NOTES
    }

    /** @throws IllegalArgumentException if it blocks and does not say what to do next */
    public Finding {
        if (severity == Severity.BLOCKS && next.isBlank()) {
            throw new IllegalArgumentException(object + " blocks, and nobody is told what to do next: " + found);
        }
    }

    public static Finding blocks(String object, String found, String expected, String next) {
        return new Finding(Severity.BLOCKS, object, found, expected, next);
    }

    public static Finding warns(String object, String found, String expected, String next) {
        return new Finding(Severity.WARNS, object, found, expected, next);
    }
}
