package dev.keyturn.files;

import java.util.Map;
import java.util.Optional;

/**
 * References to other keys (compose-go, {@code template/template.go}): {@code $$}, {@code $NAME}, {@code ${NAME}}, and
 * with {@code -} or {@code :-} a default, with {@code +} or {@code :+} a replacement, with {@code ?} or {@code :?} a demand.
 */
final class Interpolation {
    private final String text;
    private final Map<String, String> names;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private Interpolation(String text, Map<String, String> names) {
        this.text = text;
        this.names = names;
    }

    /** The text with its references replaced; an unknown name is empty text. Empty if Compose would refuse the text. */
    static Optional<String> expand(String text, Map<String, String> names) {
        return new Interpolation(text, names).expand();
    }

    private Optional<String> expand() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            char next = at < text.length() ? text.charAt(at) : '\n';
            if (c != '$') {
                out.append(c);
            } else if (next == '$') {
                out.append('$');
                at++;
            } else if (next == '{') {
                at++;
                if (!braced()) {
                    return Optional.empty();
                }
            } else if (startsName(next)) {
                out.append(names.getOrDefault(name(), ""));
            } else {
                out.append('$');
            }
        }
        return Optional.of(out.toString());
    }

    private boolean braced() {
        if (at >= text.length() || !startsName(text.charAt(at))) {
            return false;
        }
        String name = name();
        Optional<String> value = Optional.ofNullable(names.get(name));
        if (at < text.length() && text.charAt(at) == '}') {
            at++;
            out.append(value.orElse(""));
            return true;
        }
        int close = closingBrace();
        boolean colon = at < text.length() && text.charAt(at) == ':';
        int operator = colon ? at + 1 : at;
        if (close < 0 || operator >= close || "-+?".indexOf(text.charAt(operator)) < 0) {
            return false;
        }
        String argument = text.substring(operator + 1, close);
        if (argument.indexOf('\n') >= 0) {
            return false;
        }
        at = close + 1;
        boolean present = colon ? value.filter(v -> !v.isEmpty()).isPresent() : value.isPresent();
        Optional<String> result = switch (text.charAt(operator)) {
            case '-' -> present ? value : expand(argument, names);
            case '+' -> present ? expand(argument, names) : Optional.of(value.orElse(""));
            default -> present ? value : Optional.empty();
        };
        result.ifPresent(out::append);
        return result.isPresent();
    }

    /** The brace that closes the one before {@link #at}. As in Compose, the character after an opening one does not count. */
    private int closingBrace() {
        int open = 1;
        for (int i = at; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                open++;
                i++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        return -1;
    }

    private String name() {
        int start = at;
        while (at < text.length() && (startsName(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean startsName(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
