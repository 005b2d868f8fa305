package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values as they stand: everything from the equals sign to the end of the line, without quotes and without escapes. So reads
 * {@code docker run --env-file} (docker/cli, {@code pkg/kvfile}).
 */
final class PlainDialect implements Dialect {
    private static final Pattern LINE =
            Pattern.compile("(?<lead>[ \t]*(?:export[ \t]+)?)(?<key>[^=\\s]+)(?<value>=.*)?", Pattern.DOTALL);

    @Override
    public Document parse(String text) {
        List<Entry> entries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int line = 0;
        for (int start = 0; start < text.length(); ) {
            line++;
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int next = newline < 0 ? text.length() : newline + 1;
            if (end > start && text.charAt(end - 1) == '\r') {
                end--;
            }
            int begin = start == 0 && text.startsWith(ComposeDialect.BYTE_ORDER_MARK) ? 3 : start;
            String content = text.substring(begin, end);
            Matcher parts = LINE.matcher(content);
            if (parts.matches() && !parts.group("key").startsWith("#")) {
                boolean inherited = parts.group("value") == null;
                int value = begin + parts.end("key") + (inherited ? 0 : 1);
                entries.add(new Entry(
                        Latin.toText(parts.group("key")).orElse(parts.group("key")),
                        line,
                        value,
                        end,
                        inherited ? Entry.Form.INHERITED : Entry.Form.UNQUOTED,
                        text.substring(value, end)));
            } else if (!content.isBlank() && !content.stripLeading().startsWith("#")) {
                problems.add("line " + line + " is neither a comment nor KEY=value");
            }
            start = next;
        }
        return new Document(entries, problems, true);
    }

    @Override
    public Optional<String> read(Entry entry, Map<String, String> before) {
        return entry.form() == Entry.Form.INHERITED ? Optional.empty() : Latin.toText(entry.raw());
    }

    @Override
    public String quote(String key, String value, String after) {
        if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new AdapterException(
                    AdapterException.Reason.VALUE_REJECTED,
                    "key " + key
                            + ": the value holds a line break or a NUL, which a plain env file cannot hold; nothing was"
                            + " changed; use another generator, or quoting: compose");
        }
        return value;
    }
}
