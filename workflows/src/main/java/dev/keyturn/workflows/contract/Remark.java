package dev.keyturn.workflows.contract;

/**
 * Something found, for a person and for programs.
 *
 * @param severity whether a run may go on
 * @param object what it is about
 * @param found what was found; never a value
 * @param expected what should have been found
 * @param next the next thing to do, as a command where there is one; may be empty
 */
public record Remark(Severity severity, String object, String found, String expected, String next) {
    /** How much it matters. */
    public enum Severity {
        BLOCKS,
        WARNS,
        NOTES
    }

    public boolean blocks() {
        return severity == Severity.BLOCKS;
    }
}
