package dev.keyturn.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretValueTest {
    private static final String TEXT = "canary-\u00e4-\ud83d\udd11-1";

    private final SecretValue value = SecretValue.of(TEXT);

    @Test
    void aValueIsNeverPrintedAloneNorAsAPartOfAnythingElse() {
        for (Object printed : List.of(
                value,
                List.of(value),
                Map.of("key", value),
                Optional.of(value),
                new Credential(new Principal("app"), value))) {
            assertThat(printed.toString()).doesNotContain("canary");
        }
        assertThat(String.format("%s", value)).doesNotContain("canary");
    }

    @Test
    void aValueCannotBeSerialised() throws Exception {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThatThrownBy(() -> out.writeObject(value)).isInstanceOf(NotSerializableException.class);
        }
    }

    @Test
    void equalTextsAreEqualAndOthersAreNot() {
        assertThat(value).isEqualTo(SecretValue.of(TEXT)).hasSameHashCodeAs(SecretValue.of(TEXT));
        assertThat(value).isNotEqualTo(SecretValue.of(TEXT + " ")).isNotEqualTo(TEXT);
    }

    @Test
    void theHashSaysNothingAboutTheText() {
        assertThat(value.hashCode()).isEqualTo(SecretValue.of("quite another").hashCode());
    }

    @Test
    void theTextComesBackCharacterByCharacter() {
        assertThat(value.reveal()).isEqualTo(TEXT);
        assertThat(value.length()).isEqualTo(TEXT.length());
    }

    @Test
    void whoeverOverwritesTheRevealedBytesDoesNotChangeTheValue() {
        Arrays.fill(value.revealBytes(), (byte) 0);

        assertThat(value.reveal()).isEqualTo(TEXT);
    }
}
