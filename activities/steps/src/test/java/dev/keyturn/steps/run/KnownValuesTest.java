package dev.keyturn.steps.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.States;
import dev.keyturn.steps.store.Version;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownValuesTest {
    private static final String VALUE = "tulip *river";

    static Stream<String> spellings() {
        byte[] bytes = VALUE.getBytes(UTF_8);
        return Stream.of(
                VALUE,
                URLEncoder.encode(VALUE, UTF_8),
                "tulip%20%2Ariver",
                HexFormat.of().formatHex(bytes),
                HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT),
                Base64.getEncoder().encodeToString(bytes));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void aValueIsMaskedHoweverItIsWritten(String spelling) {
        assertThat(knowing(VALUE).masked("came up as " + spelling + " and left"))
                .isEqualTo("came up as *** and left");
    }

    @Test
    void aValueIsMaskedInsideAnEncodedText() {
        for (String before : List.of("", "a", "ab")) {
            String encoded = Base64.getEncoder().encodeToString((before + VALUE + "z").getBytes(UTF_8));

            String masked = knowing(VALUE).masked(encoded);

            assertThat(masked).contains("***").hasSizeLessThan(encoded.length() - 8);
        }
    }

    @Test
    void ofTwoValuesOfWhichOneBeginsWithTheOtherTheWholeIsMasked() {
        assertThat(knowing("tulips", "tulips-and-more").masked("it is tulips-and-more"))
                .isEqualTo("it is ***");
    }

    @Test
    void aValueOfSomeLettersIsLeftBecauseWordsHoldIt() {
        assertThat(knowing("start").masked("restarted")).isEqualTo("restarted");
    }

    @Test
    void aFailureKeepsItsReasonAndLosesTheValue() {
        assertThatThrownBy(() -> knowing(VALUE).hidden(() -> {
                    throw new AdapterException(Reason.UNAVAILABLE, "it said " + VALUE);
                }))
                .isInstanceOfSatisfying(AdapterException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE);
                    assertThat(e).hasMessage("it said ***");
                });
    }

    private static KnownValues knowing(String... values) {
        return new KnownValues(States.of(Stream.of(values)
                .map(value -> new Version(
                        "any",
                        1,
                        Version.Status.CURRENT,
                        Version.Origin.ADOPTED,
                        Optional.of(SecretValue.of(value)),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        false))
                .toArray(Version[]::new)));
    }
}
