package dev.keyturn.spi;

/**
 * What one try to log in showed.
 *
 * @param result the result; only {@link Result#ACCEPTED} and {@link Result#REFUSED} decide anything
 * @param detail for a person; never a value; empty where there is nothing to add
 */
public record Login(Result result, String detail) {
    /** The possible results of a try to log in. */
    public enum Result {
        /** The server took this credential and refused a wrong one. */
        ACCEPTED,
        /** The server answered and did not take this credential. */
        REFUSED,
        /** No answer about the credential: no connection, no free slot, a time-out, a server that is starting. */
        UNREACHABLE,
        /** The server took a wrong password too: authentication is off there, so nothing can be proven. */
        OPEN
    }

    public static Login accepted() {
        return new Login(Result.ACCEPTED, "");
    }

    public static Login refused(String detail) {
        return new Login(Result.REFUSED, detail);
    }

    public static Login unreachable(String detail) {
        return new Login(Result.UNREACHABLE, detail);
    }

    public static Login open() {
        return new Login(Result.OPEN, "a wrong password was accepted too");
    }

    public boolean isAccepted() {
        return result == Result.ACCEPTED;
    }
}
