package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.SecretValue;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ways in which values may be written, and a search for all of them at once: the first four bytes of every pattern
 * are hashed into a set of bits, so that nearly every position of a text is dismissed by one look.
 */
final class CanaryForms {
    private static final int SHORTEST_VALUE = 8;
    private static final int PREFIX = 4;
    private static final int HASH_BITS = 18;

    private record Pattern(byte[] bytes, String form, int value) {}

    /** Receives what was found. */
    interface Finds {
        void found(String form, int value);
    }

    private final long[] prefixes = new long[1 << (HASH_BITS - 6)];
    private final Map<Integer, List<Pattern>> byPrefix = new HashMap<>();
    private int longest = PREFIX;

    private CanaryForms() {}

    static CanaryForms of(Collection<SecretValue> values) {
        CanaryForms forms = new CanaryForms();
        int index = 0;
        for (SecretValue value : values) {
            forms.addAll(value.revealBytes(), index++);
        }
        return forms;
    }

    int longest() {
        return longest;
    }

    void find(byte[] text, int length, Finds finds) {
        if (length < PREFIX) {
            return;
        }
        int prefix = prefix(text, 0) >>> 8;
        for (int at = 0; at + PREFIX <= length; at++) {
            prefix = (prefix << 8) | (text[at + PREFIX - 1] & 0xff);
            int hash = hash(prefix);
            if ((prefixes[hash >>> 6] & (1L << hash)) != 0) {
                for (Pattern pattern : byPrefix.getOrDefault(prefix, List.of())) {
                    int end = at + pattern.bytes.length;
                    if (end <= length && Arrays.equals(text, at, end, pattern.bytes, 0, pattern.bytes.length)) {
                        finds.found(pattern.form, pattern.value);
                    }
                }
            }
        }
    }

    private void addAll(byte[] value, int index) {
        if (value.length < SHORTEST_VALUE) {
            throw new IllegalArgumentException("value " + index + " has " + value.length + " bytes, and one below "
                    + SHORTEST_VALUE + " would be found by chance");
        }
        String text = new String(value, UTF_8);
        add(value, "raw", index);
        for (int before = 0; before < 3; before++) {
            add(base64(Base64.getEncoder(), value, before), "base64", index);
            add(base64(Base64.getUrlEncoder(), value, before), "base64url", index);
        }
        String hex = HexFormat.of().formatHex(value);
        add(hex, "hex", index);
        add(hex.toUpperCase(Locale.ROOT), "hex", index);
        String every = HexFormat.of().withPrefix("%").formatHex(value);
        add(every, "percent", index);
        add(every.toUpperCase(Locale.ROOT), "percent", index);
        String form = URLEncoder.encode(text, UTF_8);
        for (String escaped :
                List.of(form, form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~"))) {
            add(escaped, "percent", index);
            add(lowerEscapes(escaped), "percent", index);
        }
        add(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"), "json", index);
    }

    private void add(String text, String form, int value) {
        add(text.getBytes(UTF_8), form, value);
    }

    private void add(byte[] bytes, String form, int value) {
        int prefix = prefix(bytes, 0);
        List<Pattern> same = byPrefix.computeIfAbsent(prefix, p -> new ArrayList<>());
        if (same.stream().noneMatch(p -> p.value == value && Arrays.equals(p.bytes, bytes))) {
            same.add(new Pattern(bytes, form, value));
            int hash = hash(prefix);
            prefixes[hash >>> 6] |= 1L << hash;
            longest = Math.max(longest, bytes.length);
        }
    }

    /**
     * The characters that hold nothing but this value, when so many bytes stand before it in what was encoded. A value
     * that differs in some bits of its first or last byte alone is found too.
     */
    private static byte[] base64(Base64.Encoder encoder, byte[] value, int before) {
        byte[] padded = new byte[before + value.length];
        System.arraycopy(value, 0, padded, before, value.length);
        byte[] encoded = encoder.withoutPadding().encode(padded);
        int first = (before * 8 + 5) / 6;
        int end = padded.length * 8 / 6;
        return Arrays.copyOfRange(encoded, first, end);
    }

    private static String lowerEscapes(String escaped) {
        StringBuilder lower = new StringBuilder(escaped);
        for (int at = escaped.indexOf('%'); at >= 0; at = escaped.indexOf('%', at + 3)) {
            lower.replace(at, at + 3, escaped.substring(at, at + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }

    private static int prefix(byte[] text, int at) {
        return (text[at] & 0xff) << 24
                | (text[at + 1] & 0xff) << 16
                | (text[at + 2] & 0xff) << 8
                | (text[at + 3] & 0xff);
    }

    private static int hash(int prefix) {
        return (prefix * 0x9E3779B1) >>> (32 - HASH_BITS);
    }
}
