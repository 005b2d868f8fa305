package dev.keyturn.steps.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Every value that the store holds, masked in what a foreign program said. The adapter that ran it masks what looks like a
 * credential; a short one that stands among words looks like a word, and only who knows it can find it.
 */
final class KnownValues {
    /** In characters. A shorter value would be found in words by chance. */
    private static final int SHORTEST = 6;

    private static final String MASK = "***";

    private final State state;

    KnownValues(State state) {
        this.state = state;
    }

    /** What the adapter answered, or its failure without any of the values. */
    <T> T hidden(Supplier<T> adapter) {
        try {
            return adapter.get();
        } catch (AdapterException e) {
            throw new AdapterException(e.reason(), masked(e.getMessage()));
        }
    }

    String masked(String text) {
        // Longest first: of two values of which one begins with the other, the whole is masked.
        List<String> spellings = state.versions().stream()
                .map(Version::value)
                .flatMap(Optional::stream)
                .filter(value -> value.length() >= SHORTEST)
                .flatMap(KnownValues::spellings)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        String masked = text;
        for (String spelling : spellings) {
            masked = masked.replace(spelling, MASK);
        }
        return masked;
    }

    private static Stream<String> spellings(SecretValue value) {
        String text = value.reveal();
        byte[] bytes = value.revealBytes();
        String form = URLEncoder.encode(text, UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        return Stream.concat(
                Stream.of(
                        text,
                        form,
                        form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~"),
                        text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"),
                        hex,
                        hex.toUpperCase(Locale.ROOT)),
                Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
                        .flatMap(encoder -> Stream.of(0, 1, 2).map(before -> base64(encoder, bytes, before))));
    }

    /** The characters that hold nothing but the value, when so many bytes stand before it in what was encoded. */
    private static String base64(Base64.Encoder encoder, byte[] value, int before) {
        byte[] behind = new byte[before + value.length];
        System.arraycopy(value, 0, behind, before, value.length);
        byte[] encoded = encoder.withoutPadding().encode(behind);
        return new String(Arrays.copyOfRange(encoded, (before * 8 + 5) / 6, behind.length * 8 / 6), UTF_8);
    }
}
