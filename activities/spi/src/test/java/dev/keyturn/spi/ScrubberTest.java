package dev.keyturn.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://app:canary@db:5432/app",
                "redis://:can/canary@ary@cache",
                "password=canary",
                "PASSWORD = 'canary with blanks'",
                "{\"db_password\": \"canary\", \"x\": 1}",
                "POSTGRES_PASSWORD: canary",
                "mysql --password canary -u root",
                "ALTER ROLE app PASSWORD 'canary'",
                "Authorization: Bearer canary",
                "authorization: basic canary",
                "api_key=canary&x=1",
                "requirepass \"canary\"",
                "X-Auth-Token: canary",
                "\u001B[31mpass\u001B[0mword=canary",
                "SECRET_KEY=\u200Bcanary",
                "unclosed password='canary and more",
            })
    void whatANameGivesAwayIsMasked(String line) {
        assertThat(Scrubber.lastLines(line, 5, 200)).contains("***").doesNotContain("canary");
    }

    @Test
    void generatedValuesAreMaskedWithoutAName() {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 1_000; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            for (String value : new String[] {
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                HexFormat.of().formatHex(bytes),
            }) {
                assertThat(Scrubber.lastLines("refused " + value + ", sorry", 5, 200))
                        .doesNotContain(value.substring(4, 12))
                        .startsWith("refused ");
            }
        }
    }

    @Test
    void base64WithoutADigitIsMaskedThoughItsSlashesMakeItLookLikeAPath() {
        String value = "qxvRAUnyBWz/iHZAR/nq/tGkPqLwXsYdEfRbVcNmKjHg=";

        assertThat(Scrubber.lastLines("refused " + value + ", sorry", 5, 200)).isEqualTo("refused ***, sorry");
    }

    /** Half a value would be recognised neither by its look nor by who knows it. */
    @Test
    void aLineIsCutBetweenWords() {
        assertThat(Scrubber.lastLines("came up with tulips", 5, 15)).isEqualTo("came up with …");
        assertThat(Scrubber.lastLines("tulips-and-roses", 5, 8)).isEqualTo("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open /Users/somebody/Library/ApplicationSupport/Keyturn/compose.yaml: no such file",
                "Error: no such service: app",
                "dial tcp 127.0.0.1:5432: connect: connection refused",
                "open /var/lib/docker/volumes/data/compose.yaml: no such file or directory",
                "container app-1 is unhealthy",
            })
    void ordinaryTroubleStaysReadable(String line) {
        assertThat(Scrubber.lastLines(line, 5, 200)).isEqualTo(line);
    }

    @Test
    void onlyTheLastLinesAreKeptAndEachIsCut() {
        assertThat(Scrubber.lastLines("one\r\ntwo\n\n  \nthree four\n", 2, 5)).isEqualTo("two | three …");
        assertThat(Scrubber.lastLines("\n\n", 2, 5)).isEmpty();
    }

    @Test
    @Timeout(10)
    void rubbishOfAnyLengthTakesNoTime() {
        assertThat(Scrubber.lastLines("y".repeat(5_000_000) + "\nend", 5, 200)).isEqualTo("*** | end");
        assertThat(Scrubber.lastLines("key password=".repeat(100_000), 5, 200)).contains("***");
        assertThat(Scrubber.lastLines("://".repeat(500_000) + " \u001B]".repeat(100_000), 5, 200))
                .isNotEmpty();
    }

    @Test
    void nothingSteersTheTerminal() {
        assertThat(Scrubber.lastLines("a\u001B[2Jb\u0007\u009Bc\u202Ed\te\u001B]0;title\u0007f", 1, 99))
                .isEqualTo("abcd ef");
    }
}
