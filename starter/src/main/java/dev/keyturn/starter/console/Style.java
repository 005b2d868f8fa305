package dev.keyturn.starter.console;

import java.nio.charset.Charset;

/**
 * How text is written.
 *
 * @param colours whether tones become colours
 * @param unicode whether signs beyond ASCII can be shown
 * @param columns where long cells are wrapped; 0 for nowhere, as in a pipe
 */
public record Style(boolean colours, boolean unicode, int columns) {
    private static final String RESET = "\033[0m";

    /** No colours, no wrapping. */
    public static Style plain(Charset charset) {
        return new Style(false, charset.newEncoder().canEncode('✓'), 0);
    }

    String toned(Tone tone, String text) {
        return colours && tone != Tone.PLAIN && !text.isEmpty() ? tone.code() + text + RESET : text;
    }

    String sign(String sign, String ascii) {
        return unicode ? sign : ascii;
    }

    String arrow() {
        return sign("→", "->");
    }

    String nothing() {
        return sign("–", "-");
    }

    /**
     * Text from a server or a file must not command the terminal: control characters become question marks, a line
     * break becomes a space.
     */
    static String clean(String text) {
        var clean = new StringBuilder(text.length());
        text.strip()
                .codePoints()
                .map(c -> c == '\n' || c == '\t' ? ' ' : isControl(c) ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isControl(int character) {
        // FORMAT holds the signs that turn the writing direction round.
        return Character.isISOControl(character) || Character.getType(character) == Character.FORMAT;
    }

    static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The text in at most {@code columns} columns, its end replaced where it is longer. */
    String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        var end = sign("…", "~");
        return columns < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + end;
    }
}
