package dev.keyturn.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Makes what a foreign program printed fit to be shown. An adapter that runs a command or fetches a page does not know the
 * values, so nothing can be searched for: what looks like a credential is masked, and rather too much than too little.
 *
 * <p>This is a second line of defence. A short value without a word beside it that gives it away passes. The first line is a
 * program that does not print values.
 */
public final class Scrubber {
    private static final String MASK = "***";

    /** In characters: what is looked at of a line. The patterns take quadratic time at worst. */
    private static final int LONGEST = 2_000;

    private static final Pattern TERMINAL =
            Pattern.compile("\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*\u0007?|.)");

    /** Everything before the last at sign: a password with a slash or an at sign in it is one that was not encoded. */
    private static final Pattern URL_LOGIN = Pattern.compile("://\\S*@");

    private static final Pattern SCHEME = Pattern.compile("(?i)\\b(bearer|basic|digest)\\s+\\S+");

    /** A telling word, then a sign of assignment or an option's blank, then the value, in quotes or up to a blank. */
    private static final Pattern NAMED = Pattern.compile("(?i)((?:passw|pwd|passphrase|secret|token|credential|api.?key"
            + "|key|auth|identified\\s+by|requirepass|salt)[\\w.-]{0,40}[\"']?(?:\\s*[=:]\\s*|\\s+(?=[\"'])|(?<=--[\\w-]{1,40})\\s+))"
            + "(\"[^\"]*\"?|'[^']*'?|[^\\s,;&}]+)");

    private static final Pattern LONG = Pattern.compile("[A-Za-z0-9_+=~-]{20,}");

    /** Base64 may hold slashes, as paths do: only a long run is taken for it. */
    private static final Pattern LONG_WITH_SLASHES = Pattern.compile("[A-Za-z0-9+/=]{40,}");

    private Scrubber() {}

    /**
     * The end of a text, safe to be shown.
     *
     * @param text what a foreign program printed
     * @param lines how many of its last lines to keep, blank ones not counted
     * @param width how many characters of each line to keep
     * @return the lines, joined by {@code " | "}; empty if nothing is left
     */
    public static String lastLines(String text, int lines, int width) {
        String[] all = TERMINAL.matcher(text).replaceAll("").split("[\\r\\n\\u0085\\u2028\\u2029]+");
        List<String> kept = new ArrayList<>();
        for (int i = all.length - 1; i >= 0 && kept.size() < lines; i--) {
            String clean = mask(printable(cut(all[i], LONGEST))).strip();
            if (!clean.isEmpty()) {
                kept.add(0, cut(clean, width));
            }
        }
        return String.join(" | ", kept);
    }

    /** At most so many characters, and no half of a word: half a value would not be recognised. */
    private static String cut(String line, int length) {
        if (line.length() <= length) {
            return line;
        }
        int blank = Math.max(line.lastIndexOf(' ', length), line.lastIndexOf('\t', length));
        return blank < 0 ? MASK : line.substring(0, blank) + " …";
    }

    private static String printable(String line) {
        StringBuilder out = new StringBuilder();
        line.codePoints().forEach(c -> {
            if (Character.isWhitespace(c)) {
                out.append(' ');
            } else if (!Character.isISOControl(c)
                    && Character.getType(c) != Character.FORMAT
                    && Character.getType(c) != Character.SURROGATE) {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static String mask(String line) {
        String masked = URL_LOGIN.matcher(line).replaceAll("://" + MASK + "@");
        masked = SCHEME.matcher(masked).replaceAll("$1 " + MASK);
        masked = NAMED.matcher(masked).replaceAll("$1" + MASK);
        masked = LONG_WITH_SLASHES
                .matcher(masked)
                .replaceAll(match -> isRandom(match.group(), true) ? MASK : match.group());
        return LONG.matcher(masked).replaceAll(match -> isRandom(match.group(), false) ? MASK : match.group());
    }

    /**
     * Random characters mix their kinds and seldom repeat; words, paths and numbers do neither. A path may have capitals, but few: of
     * random letters every fourth changes from a small one to a capital.
     */
    private static boolean isRandom(String run, boolean perhapsPath) {
        boolean upper = run.chars().anyMatch(Character::isUpperCase);
        boolean lower = run.chars().anyMatch(Character::isLowerCase);
        boolean digit = run.chars().anyMatch(Character::isDigit);
        boolean mixed = perhapsPath
                ? upper && lower && (digit || rises(run) * 10 >= run.length())
                : (upper && lower) || ((upper || lower) && digit);
        return mixed && run.chars().distinct().count() >= 8;
    }

    private static long rises(String run) {
        return IntStream.range(1, run.length())
                .filter(i -> Character.isLowerCase(run.charAt(i - 1)) && Character.isUpperCase(run.charAt(i)))
                .count();
    }
}
