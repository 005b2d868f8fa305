package dev.keyturn.steps.manifest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern WRITTEN = Pattern.compile("([A-Za-z_][A-Za-z0-9_-]*)(?:\\.(user|previous))?");

    /**
     * Reads what a manifest says.
     *
     * @throws IllegalArgumentException if it is not of this form; the message is what was expected
     */
    public static Reference parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the name of a secret, alone or with .user or .previous");
        }
        if (matcher.group(2) == null) {
            return new Reference(matcher.group(1), Part.VALUE);
        }
        return new Reference(matcher.group(1), matcher.group(2).equals("user") ? Part.USER : Part.PREVIOUS);
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
