package dev.keyturn.files;

import dev.keyturn.files.Entry.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the keys and the extent of their values in a text, statement by statement as Docker Compose does, so that a
 * quoted value may span lines and be followed by a comment. A line that Compose would refuse is skipped and reported.
 */
final class ComposeParser {
    private final String text;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int at;

    ComposeParser(String text) {
        this.text = text;
    }

    Dialect.Document parse() {
        at = text.startsWith(ComposeDialect.BYTE_ORDER_MARK) ? ComposeDialect.BYTE_ORDER_MARK.length() : 0;
        boolean complete = true;
        while (complete && toStatement()) {
            complete = statement();
        }
        return new Dialect.Document(entries, problems, complete);
    }

    /** Goes over blanks and comments; false at the end. */
    private boolean toStatement() {
        while (true) {
            at = skipBlanks(at, true);
            if (at >= text.length()) {
                return false;
            }
            if (text.charAt(at) != '#') {
                return true;
            }
            at = endOfLine(at);
        }
    }

    /** Takes one statement; false if it is a quoted value without an end. */
    private boolean statement() {
        int begin = at;
        if (text.startsWith("export", at) && at + 6 < text.length() && " \t\n\f\r".indexOf(text.charAt(at + 6)) >= 0) {
            begin = skipBlanks(at + 6, false);
        }
        int separator = begin;
        while (separator < text.length() && "=:\n".indexOf(text.charAt(separator)) < 0) {
            int blank = blankAt(separator, false);
            if (blank == 0 && !isInName(separator)) {
                return skipLine("has a character that a key cannot have");
            }
            separator += blank > 0 ? blank : Latin.lengthAt(text, separator);
        }
        int end = trimmed(begin, separator);
        String key = Latin.toText(text.substring(begin, end)).orElse("");
        if (key.contains(" ") || key.contains("\t")) {
            return skipLine("has a key with a space in it");
        }
        if (separator >= text.length() || text.charAt(separator) == '\n') {
            if (!key.isEmpty()) {
                entries.add(new Entry(key, line(begin), end, end, Form.INHERITED, ""));
            }
            at = Math.min(separator + 1, text.length());
            return true;
        }
        return value(key, line(begin), separator + 1);
    }

    private boolean value(String key, int line, int afterSeparator) {
        int start = skipBlanks(afterSeparator, false);
        char first = start < text.length() ? text.charAt(start) : '\n';
        if (first == '\'' || first == '"') {
            return quoted(key, line, start, first);
        }
        int lineEnd = endOfLine(start);
        int comment = text.indexOf(" #", start);
        int end = trimmed(start, comment < 0 ? lineEnd : Math.min(comment, lineEnd));
        // Without a value the blanks belong to what follows: a CR must stay the line's last character.
        boolean empty = end == start;
        entries.add(new Entry(
                key,
                line,
                empty ? afterSeparator : start,
                empty ? afterSeparator : end,
                Form.UNQUOTED,
                text.substring(start, end)));
        at = lineEnd;
        return true;
    }

    private boolean quoted(String key, int line, int start, char quote) {
        StringBuilder raw = new StringBuilder();
        boolean escaped = false;
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote && !escaped) {
                Form form = quote == '"' ? Form.DOUBLE_QUOTED : Form.SINGLE_QUOTED;
                entries.add(new Entry(key, line, start, i + 1, form, raw.toString()));
                at = i + 1;
                return true;
            }
            if (c == '\\' && !escaped) {
                escaped = true;
                continue;
            }
            // A backslash before the quote vanishes here; before anything else it stays for the next stage.
            if (escaped && c != quote) {
                raw.append('\\');
            }
            raw.append(c);
            escaped = false;
        }
        problems.add("line " + line + " opens a quote that is never closed");
        return false;
    }

    private boolean skipLine(String problem) {
        problems.add("line " + line(at) + " " + problem);
        at = endOfLine(at);
        return true;
    }

    private boolean isInName(int index) {
        int c = Latin.codePointAt(text, index);
        return "_.-[]".indexOf(c) >= 0
                || Character.isLetterOrDigit(c)
                || Character.getType(c) == Character.LETTER_NUMBER
                || Character.getType(c) == Character.OTHER_NUMBER;
    }

    private int skipBlanks(int from, boolean lines) {
        int index = from;
        for (int blank = blankAt(index, lines); blank > 0; blank = blankAt(index, lines)) {
            index += blank;
        }
        return index;
    }

    /** The length of the blank character here; 0 if there is none. Between the parts of a line Compose knows fewer. */
    private int blankAt(int index, boolean everyKind) {
        if (index >= text.length()) {
            return 0;
        }
        int c = Latin.codePointAt(text, index);
        boolean blank = "\t\u000B\f\r \u0085\u00A0".indexOf(c) >= 0;
        return blank || (everyKind && isSpace(c)) ? Latin.lengthAt(text, index) : 0;
    }

    /** Go's {@code unicode.IsSpace}: the characters of Unicode's White_Space. */
    private static boolean isSpace(int c) {
        return "\t\n\u000B\f\r \u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000".indexOf(c) >= 0
                || (c >= 0x2000 && c <= 0x200A);
    }

    /** The end of {@code text[from, to)} without blanks at its end. */
    private int trimmed(int from, int to) {
        int end = from;
        int index = from;
        while (index < to) {
            int blank = blankAt(index, true);
            index += blank > 0 ? blank : Latin.lengthAt(text, index);
            if (blank == 0) {
                end = Math.min(index, to);
            }
        }
        return end;
    }

    private int endOfLine(int from) {
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline;
    }

    private int line(int index) {
        return Latin.lineAt(text, index);
    }
}
