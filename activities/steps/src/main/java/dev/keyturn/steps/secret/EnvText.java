package dev.keyturn.steps.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operator's env file, read strictly: {@code KEY=value} lines with the quotes of Docker Compose, one line a value. What
 * Compose would replace (an unquoted or double-quoted {@code $}) is refused, because another reader would see another value.
 */
final class EnvText {
    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern LINE =
            Pattern.compile("[ \\t]*+(?:export[ \\t]++)?+([A-Za-z_][A-Za-z0-9_.-]*+)[ \\t]*+=[ \\t]*+(.*)");

    private final Path file;
    private final List<String> lines;

    private EnvText(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** A line that cannot be read safely. The message says where and what, and quotes nothing. */
    static final class NotUnderstood extends Exception {
        private static final long serialVersionUID = 1L;
        private final String expected;

        private NotUnderstood(Path file, int line, String found, String expected) {
            super(found + " at " + file + (line > 0 ? ":" + line : ""));
            this.expected = expected;
        }

        String expected() {
            return expected;
        }
    }

    static EnvText of(Path file) throws IOException, NotUnderstood {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw new NotUnderstood(file, 0, "more than 1 MiB", "an env file");
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new EnvText(file, text.lines().toList());
        } catch (CharacterCodingException e) {
            throw new NotUnderstood(file, 0, "bytes that are not UTF-8", "a text in UTF-8");
        }
    }

    /** The value of one key; empty if no line has it. Every line of the file has to make sense. */
    Optional<String> value(String key) throws NotUnderstood {
        Optional<String> value = Optional.empty();
        for (int i = 0; i < lines.size(); i++) {
            String line =
                    i == 0 && lines.get(0).startsWith("\uFEFF") ? lines.get(0).substring(1) : lines.get(i);
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new NotUnderstood(file, i + 1, "a line of another form", "KEY=value, a comment or nothing");
            }
            boolean asked = matcher.group(1).equals(key);
            if (asked && value.isPresent()) {
                throw new NotUnderstood(file, i + 1, "the key a second time", "each key once");
            }
            String plain = plain(matcher.group(2), asked, i + 1);
            value = asked ? Optional.of(plain) : value;
        }
        return value;
    }

    private String plain(String written, boolean asked, int line) throws NotUnderstood {
        String raw = written.strip();
        if (!raw.startsWith("'") && !raw.startsWith("\"")) {
            String value = withoutComment(raw);
            if (asked && value.chars().anyMatch(c -> "$'\"\\".indexOf(c) >= 0)) {
                throw new NotUnderstood(
                        file, line, "a $, a quote or a backslash without quotes around", "the value in single quotes");
            }
            return value;
        }
        int end = closing(raw);
        if (end < 0 || !withoutComment(raw.substring(end + 1)).isEmpty()) {
            throw new NotUnderstood(
                    file, line, "a quote that does not end with the value", "the closing quote on the same line");
        }
        String inner = raw.substring(1, end);
        return raw.startsWith("'") || !asked ? inner : unescaped(inner, line);
    }

    /** A comment begins with a # at the start or after a blank. */
    private static String withoutComment(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '#' && (i == 0 || Character.isWhitespace(text.charAt(i - 1)))) {
                return text.substring(0, i).strip();
            }
        }
        return text.strip();
    }

    private static int closing(String raw) {
        char quote = raw.charAt(0);
        for (int i = 1; i < raw.length(); i++) {
            if (raw.charAt(i) == quote) {
                return i;
            } else if (quote == '"' && raw.charAt(i) == '\\') {
                i++;
            }
        }
        return -1;
    }

    private String unescaped(String inner, int line) throws NotUnderstood {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '$') {
                throw new NotUnderstood(
                        file, line, "a $ in double quotes", "single quotes, in which $ stands for itself");
            } else if (c == '\\') {
                i++;
                int escape = "\\\"$ntr".indexOf(inner.charAt(i));
                if (escape < 0) {
                    throw new NotUnderstood(file, line, "an unknown escape", "one of \\\\ \\\" \\$ \\n \\t \\r");
                }
                value.append("\\\"$\n\t\r".charAt(escape));
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }
}
