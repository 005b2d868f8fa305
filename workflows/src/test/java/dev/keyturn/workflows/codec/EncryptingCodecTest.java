package dev.keyturn.workflows.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncryptingCodecTest {
    private static final byte[] KEY = key(1);
    private static final Payload PLAIN = Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFromUtf8("\"postgres_app_user_pw\""))
            .build();

    private final EncryptingCodec codec = new EncryptingCodec(KEY);

    @Test
    void aPayloadComesBackWithItsMetadata() {
        assertThat(codec.decode(codec.encode(List.of(PLAIN, Payload.getDefaultInstance()))))
                .containsExactly(PLAIN, Payload.getDefaultInstance());
    }

    @Test
    void nothingOfAPayloadCanBeRead() {
        Payload sealed = sealed();

        assertThat(new String(sealed.toByteArray(), ISO_8859_1)).doesNotContain("postgres", "json/plain");
    }

    @Test
    void theSamePayloadNeverLooksTheSame() {
        assertThat(sealed().getData()).isNotEqualTo(sealed().getData());
    }

    @Test
    void everyChangedByteIsRefused() {
        Payload sealed = sealed();
        for (int at = 0; at < sealed.getData().size(); at++) {
            byte[] changed = sealed.getData().toByteArray();
            changed[at] ^= 1;
            Payload forged =
                    sealed.toBuilder().setData(ByteString.copyFrom(changed)).build();

            assertThatThrownBy(() -> codec.decode(List.of(forged)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("changed");
        }
    }

    @Test
    void whatWasCutShortIsRefused() {
        for (int length : new int[] {0, 5, 12, 20}) {
            Payload cut = sealed().toBuilder()
                    .setData(sealed().getData().substring(0, length))
                    .build();

            assertThatThrownBy(() -> codec.decode(List.of(cut)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("changed");
        }
    }

    @Test
    void anotherKeyIsNamedAsTheCause() {
        assertThatThrownBy(() -> new EncryptingCodec(key(2)).decode(List.of(sealed())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another key");
    }

    @Test
    void anotherKeyUnderThisOnesNameIsRefused() {
        Payload ours = sealed();
        Payload forged = new EncryptingCodec(key(2))
                .encode(List.of(PLAIN)).get(0).toBuilder()
                        .putMetadata("keyturn-key", ours.getMetadataOrThrow("keyturn-key"))
                        .build();

        assertThatThrownBy(() -> codec.decode(List.of(forged))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPayloadThatIsNotEncryptedIsRefused() {
        assertThatThrownBy(() -> codec.decode(List.of(PLAIN)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not encrypted");
    }

    @Test
    void aKeyOfAnotherLengthIsRefusedWithoutBeingQuoted() {
        assertThatThrownBy(() -> new EncryptingCodec(Arrays.copyOf(KEY, 16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a payload key has 32 bytes, not 16");
    }

    private Payload sealed() {
        return codec.encode(List.of(PLAIN)).get(0);
    }

    private static byte[] key(int filling) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filling);
        return key;
    }
}
