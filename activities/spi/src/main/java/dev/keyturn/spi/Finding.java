package dev.keyturn.spi;

/**
 * Something that a look at the world brought up.
 *
 * @param severity whether a rotation may go on
 * @param object what it is about: {@code "account app on server main"}, {@code "file .env, key DATABASE_URL"}
 * @param found what was found; never a value
 * @param expected what should have been found
 * @param next the next thing to do, as a command where there is one; empty if there is nothing to do
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

    public static Finding blocks(String object, String found, String expected, String next) {
        return new Finding(Severity.BLOCKS, object, found, expected, next);
    }

    public static Finding warns(String object, String found, String expected, String next) {
        return new Finding(Severity.WARNS, object, found, expected, next);
    }
}
