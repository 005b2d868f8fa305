package dev.keyturn.steps.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.steps.secret.PolicyCheck;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
    @ParameterizedTest
    @CsvSource({
        "alphanumeric(24), 24, [A-Za-z0-9]*",
        "alphanumeric(32), 32, [A-Za-z0-9]*",
        "hex(32), 64, [0-9a-f]*",
        "base64(64), 88, [A-Za-z0-9+/]*==",
        "base64url(32), 43, [A-Za-z0-9_-]*",
        "fernet, 44, [A-Za-z0-9_-]*="
    })
    void aThousandOfEachMatchLengthAndAlphabetAndPassThePolicy(String written, int length, String alphabet) {
        Generator generator = Generator.parse(written);
        Secret secret = new Secret(
                "key",
                new Kind.Generated(generator, Optional.empty()),
                Optional.empty(),
                new Policy(length, length, Optional.empty()));
        Set<String> seen = new HashSet<>();

        for (int i = 0; i < 1000; i++) {
            var value = generator.generate();
            assertThat(value.reveal().length()).isEqualTo(length).isEqualTo(generator.length());
            assertThat(value.reveal().matches(alphabet)).isTrue();
            assertThat(PolicyCheck.value(secret, value, true)).isEmpty();
            seen.add(value.reveal());
        }

        assertThat(seen.size()).isEqualTo(1000);
    }

    @Test
    void everyAlphanumericCharacterIsAboutAsLikely() {
        int[] counts = new int[128];
        Generator generator = Generator.parse("alphanumeric(4096)");
        for (int i = 0; i < 50; i++) {
            generator.generate().reveal().chars().forEach(c -> counts[c]++);
        }
        // 204,800 draws over 62 characters: 3,303 each, give or take 57; a modulo of a byte would give 4,000 to some.
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".toCharArray()) {
            assertThat(counts[c]).isBetween(2900, 3700);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alphanumeric(21)", "hex(15)", "base64(0)", "base64url(15)"})
    void lessThan128BitsAreRefused(String written) {
        assertThatThrownBy(() -> Generator.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("128 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alphanumeric(4097)", "hex(2049)", "base64(3073)", "base64url(999999)"})
    void moreThan4096CharactersAreRefused(String written) {
        assertThatThrownBy(() -> Generator.parse(written)).hasMessage("at most 4096 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hex", "hex()", "hex(-1)", "hex(32) ", "HEX(32)", "fernet(32)", "rot13(32)", "hex(9999999)"})
    void anythingElseIsNoGenerator(String written) {
        assertThatThrownBy(() -> Generator.parse(written)).hasMessageContaining("one of alphanumeric(32)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alphanumeric(22)", "hex(16)", "base64(64)", "base64url(3072)", "fernet"})
    void aGeneratorIsWrittenAsItWasRead(String written) {
        assertThat(Generator.parse(written)).hasToString(written);
    }
}
