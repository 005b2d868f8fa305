package dev.keyturn.steps.manifest;

/** A part of a secret, as publications and templates name it: {@code app_pw}, {@code app_pw.user}, {@code key.previous}. */
public record Reference(String secret, Part part) {
    /** Which part. */
    public enum Part {
        /** The value of the wanted version. */
        VALUE,
        /** The account's user name. */
        USER,
        /** The value of the version before; before the first rotation the same as {@link #VALUE}. */
        PREVIOUS
    }

    @Override
    public String toString() {
        return switch (part) {
            case VALUE -> secret;
            case USER -> secret + ".user";
            case PREVIOUS -> secret + ".previous";
        };
    }
}
