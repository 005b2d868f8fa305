package dev.keyturn.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads an env file as Docker Compose does, written apart from Keyturn's own reader so that one can contradict the other. A
 * plain value ends before {@code " #"}; single quotes keep everything; double quotes know {@code \n \r \t \" \\ \$}.
 * Variables are not expanded.
 */
final class EnvFile {
    private final String text;
    private int at;

    private EnvFile(String text) {
        this.text = text;
    }

    static Map<String, String> read(Path file) throws IOException {
        return new EnvFile(Files.readString(file)).entries();
    }

    private Map<String, String> entries() {
        Map<String, String> entries = new TreeMap<>();
        while (at < text.length()) {
            int end = endOfLine();
            int equals = text.indexOf('=', at);
            if (text.startsWith("#", at) || equals < 0 || equals > end) {
                at = end + 1;
                continue;
            }
            String key = text.substring(at, equals).replaceFirst("^export ", "").trim();
            at = equals + 1;
            entries.put(key, value());
            at = endOfLine() + 1;
        }
        return entries;
    }

    private String value() {
        if (text.startsWith("'", at)) {
            int end = text.indexOf('\'', at + 1);
            String value = text.substring(at + 1, end);
            at = end;
            return value;
        }
        if (text.startsWith("\"", at)) {
            return doubleQuoted();
        }
        String line = text.substring(at, endOfLine());
        int comment = line.indexOf(" #");
        return (comment < 0 ? line : line.substring(0, comment)).trim();
    }

    private String doubleQuoted() {
        StringBuilder value = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
                c = switch (text.charAt(at)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> text.charAt(at);
                };
            }
            value.append(c);
        }
        return value.toString();
    }

    private int endOfLine() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }
}
