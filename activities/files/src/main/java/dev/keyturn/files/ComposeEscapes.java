package dev.keyturn.files;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The escapes within double quotes (compose-go, {@code dotenv/parser.go}, {@code expandEscapes}). */
final class ComposeEscapes {
    private static final Pattern ESCAPE = Pattern.compile("\\\\([abcfnrtv$\"\\\\]|0[0-9]{0,3})");

    /** A letter at an index of one means the character at the same index of the other. */
    private static final String LETTERS = "abfnrtv\"\\";

    private static final String MEANINGS = "\u0007\b\f\n\r\t\u000B\"\\";

    private ComposeEscapes() {}

    /** What the escapes mean. A dollar sign that was escaped becomes two, which {@link Interpolation} makes one again. */
    static String expand(String text) {
        return ESCAPE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(meaning(match)));
    }

    private static String meaning(MatchResult escape) {
        String code = escape.group(1);
        int letter = LETTERS.indexOf(code);
        if (letter >= 0) {
            return MEANINGS.substring(letter, letter + 1);
        }
        if (code.equals("$")) {
            return "$$";
        }
        if (code.equals("c")) {
            return escape.group();
        }
        String digits = code.substring(1);
        // Three octal digits up to 0377; anything else loses its 0 and stays.
        boolean octal = digits.matches("[0-3][0-7]{2}");
        return octal ? Character.toString(Integer.parseInt(digits, 8)) : "\\" + digits;
    }

    /** Writes any text but NUL so that it comes back through quotes, escapes and interpolation. */
    static String escape(String value) {
        StringBuilder out = new StringBuilder();
        value.codePoints().forEach(c -> {
            int letter = MEANINGS.indexOf(c);
            if (letter >= 0) {
                out.append('\\').append(LETTERS.charAt(letter));
            } else if (c == '$') {
                out.append("\\$");
            } else if (c < 0x20 || c == 0x7F) {
                out.append(String.format("\\0%03o", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
