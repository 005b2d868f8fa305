package dev.keyturn.testkit;

import org.opentest4j.TestAbortedException;

/**
 * Something of the machine that a test cannot do without, and that may not be there. Such a test is left out, which the end of the
 * build tells with the remedy; with {@code KEYTURN_RIG_REQUIRED=1} it fails.
 *
 * @param name as the remedy calls it: {@code docker}, {@code postgresql-15}
 * @param found what is there instead
 * @param remedy the command that gets it; <code>{}</code> in it stands for the name, or for all names with this remedy
 */
public record Need(String name, String found, String remedy) {
    /**
     * Goes on if it is there, and leaves the test out if it is not.
     *
     * @throws TestAbortedException if it is not there
     * @throws IllegalStateException if it is not there and nothing may be left out
     */
    public void leavesOutUnless(boolean there) {
        leavesOutUnless(there, isRequired());
    }

    void leavesOutUnless(boolean there, boolean required) {
        if (there) {
            return;
        }
        if (required) {
            throw isForbidden();
        }
        throw new TestAbortedException(reason());
    }

    /** Why a test is left out, in one line. Whoever skips a test by other means gives this as the reason or within it. */
    public String reason() {
        LeftOut.expect(this);
        return "needs " + name + " (" + found + "): " + remedy.replace("{}", name);
    }

    /** What a test fails with that must not be left out. */
    public IllegalStateException isForbidden() {
        return new IllegalStateException("KEYTURN_RIG_REQUIRED=1 forbids leaving out: " + reason());
    }

    /** Whether nothing may be left out. */
    public static boolean isRequired() {
        return "1".equals(System.getenv("KEYTURN_RIG_REQUIRED"));
    }
}
