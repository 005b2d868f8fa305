package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The text of an env file: reads its values and replaces them in place. */
final class EnvText {
    private final Path path;
    private final String text;
    private final Dialect dialect;
    private final Dialect.Document document;

    EnvText(Path path, String text, Dialect dialect) {
        this.path = path;
        this.text = text;
        this.dialect = dialect;
        this.document = dialect.parse(text);
    }

    /** The values of these keys; of a key that stands there twice the last, as readers take it. */
    Map<Field, String> values(Set<Field> fields) {
        requireComplete();
        Map<String, String> seen = new HashMap<>();
        Map<Field, String> found = new TreeMap<>();
        for (Entry entry : document.entries()) {
            Optional<String> value = dialect.read(entry, seen);
            Field field = new Field(entry.key());
            if (fields.contains(field) && entry.form() != Entry.Form.INHERITED) {
                found.put(
                        field,
                        value.orElseThrow(() -> new AdapterException(
                                Reason.CONFIGURATION,
                                path + ", key " + entry
                                        + ": found a value that its readers refuse (not UTF-8, or a reference"
                                        + " that is not closed), expected text; nothing was changed; correct the line by"
                                        + " hand")));
            }
            value.ifPresent(known -> seen.put(entry.key(), known));
        }
        return found;
    }

    /** The text with these keys at these values; a key that is not there is added at the end. */
    String with(SortedMap<String, String> wanted) {
        requireComplete();
        requireSingle(wanted.keySet());
        StringBuilder out = new StringBuilder();
        Map<String, String> seen = new HashMap<>();
        SortedMap<String, String> missing = new TreeMap<>(wanted);
        int copied = 0;
        for (Entry entry : document.entries()) {
            Optional<String> now = dialect.read(entry, seen);
            String then = missing.remove(entry.key());
            if (then == null) {
                now.ifPresent(value -> seen.put(entry.key(), value));
                continue;
            }
            seen.put(entry.key(), then);
            // A line that says the right thing already stays as somebody wrote it.
            if (!now.equals(Optional.of(then))) {
                out.append(text, copied, entry.start());
                out.append(entry.form() == Entry.Form.INHERITED ? "=" : "");
                out.append(Latin.fromText(dialect.quote(entry.key(), then, restOfLine(entry.end()))));
                copied = entry.end();
            }
        }
        out.append(text, copied, text.length());
        append(out, missing);
        return out.toString();
    }

    /** The text without these keys; with each goes its line, or its lines. */
    String without(Set<Field> fields) {
        requireComplete();
        StringBuilder out = new StringBuilder();
        int copied = 0;
        for (Entry entry : document.entries()) {
            if (fields.contains(new Field(entry.key()))) {
                int begin = text.lastIndexOf('\n', entry.start() - 1) + 1;
                int end = entry.end() + restOfLine(entry.end()).length();
                if (end < text.length()) {
                    end++;
                } else if (begin > 0) {
                    // The file does not end with a line break, and does not afterwards.
                    begin -= text.startsWith("\r\n", begin - 2) ? 2 : 1;
                }
                out.append(text, copied, Math.max(copied, begin));
                copied = end;
            }
        }
        return out.append(text, copied, text.length()).toString();
    }

    private void append(StringBuilder out, Map<String, String> missing) {
        int firstBreak = text.indexOf('\n');
        String newline = firstBreak > 0 && text.charAt(firstBreak - 1) == '\r' ? "\r\n" : "\n";
        boolean endsOpen = !text.isEmpty() && !text.endsWith("\n");
        missing.forEach((key, value) -> {
            out.append(endsOpen ? newline : "");
            out.append(key).append('=').append(Latin.fromText(dialect.quote(key, value, "")));
            out.append(endsOpen ? "" : newline);
        });
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (String problem : document.problems()) {
            findings.add(
                    Finding.blocks("file " + path, problem, "lines that its readers take", "correct the line by hand"));
        }
        duplicates()
                .forEach((key, entries) -> findings.add(Finding.blocks(
                        "file " + path + ", key " + key,
                        lines(entries),
                        "the key once: readers differ in which one they take",
                        "remove all but one by hand")));
        return findings;
    }

    private void requireComplete() {
        if (!document.complete()) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    path + ": " + String.join(", ", document.problems())
                            + ", expected quotes in pairs; nothing was changed; correct the line by hand");
        }
    }

    private void requireSingle(Collection<String> keys) {
        duplicates().forEach((key, entries) -> {
            if (keys.contains(key)) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        path + ", key " + key + ": found " + lines(entries)
                                + ", expected once; nothing was changed; remove all but one by hand");
            }
        });
    }

    private Map<String, List<Entry>> duplicates() {
        Map<String, List<Entry>> byKey = document.entries().stream()
                .collect(Collectors.groupingBy(Entry::key, TreeMap::new, Collectors.toList()));
        byKey.values().removeIf(entries -> entries.size() == 1);
        return byKey;
    }

    private static String lines(List<Entry> entries) {
        return "on the lines "
                + entries.stream().map(entry -> Integer.toString(entry.line())).collect(Collectors.joining(", "));
    }

    private String restOfLine(int from) {
        int newline = text.indexOf('\n', from);
        return text.substring(from, newline < 0 ? text.length() : newline);
    }
}
