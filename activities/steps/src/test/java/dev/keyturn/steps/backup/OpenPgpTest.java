package dev.keyturn.steps.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.steps.store.Stores;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.junit.jupiter.api.Test;

class OpenPgpTest {
    private static final Path FILE = Path.of("backup.tar.gpg");
    private static final byte[] PLAIN = "some plain text that is long enough to be cut in places".getBytes(UTF_8);
    private static final int LITTLE_WORK = 0;

    private final byte[] message = OpenPgp.encrypt(PLAIN, "x", Stores.NOW, pass("right"), LITTLE_WORK);

    @Test
    void whatWasEncryptedIsDecrypted() {
        assertThat(OpenPgp.decrypt(FILE, message, pass("right"))).isEqualTo(PLAIN);
        byte[] empty = OpenPgp.encrypt(new byte[0], "x", Stores.NOW, pass("right"), LITTLE_WORK);
        assertThat(OpenPgp.decrypt(FILE, empty, pass("right"))).isEmpty();
    }

    /** RFC 4880, 5.3: version 4, AES-256 (9), iterated and salted (3), SHA-256 (8), and the count after eight bytes of salt. */
    @Test
    void theHeaderSaysWhichAlgorithmsWereUsed() {
        byte[] costly = OpenPgp.encrypt(PLAIN, "x", Stores.NOW, pass("right"), OpenPgp.MOST_WORK);

        assertThat(Arrays.copyOfRange(costly, 2, 6)).containsExactly(4, 9, 3, 8);
        assertThat(costly[14]).isEqualTo((byte) 0xFF);
    }

    @Test
    void anotherPassphraseIsSaidToBeAnother() {
        for (int i = 0; i < 200; i++) {
            int number = i;
            assertRefused(
                    "the passphrase does not open it", () -> OpenPgp.decrypt(FILE, message, pass("wrong" + number)));
        }
    }

    @Test
    void everyFlippedBitIsFound() {
        for (int at = 0; at < message.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = message.clone();
                bad[at] ^= (byte) (1 << bit);
                assertRefused("change", () -> OpenPgp.decrypt(FILE, bad, pass("right")));
            }
        }
    }

    @Test
    void everyCutAndEveryAdditionIsFound() {
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertRefused("cut short", () -> OpenPgp.decrypt(FILE, cut, pass("right")));
        }
        for (int added : new int[] {0, 1, 0xA8, 0xCB, 0xFF}) {
            byte[] more = Arrays.copyOf(message, message.length + 1);
            more[message.length] = (byte) added;
            assertRefused("cut short", () -> OpenPgp.decrypt(FILE, more, pass("right")));
        }
    }

    @Test
    void aMessageWithoutIntegrityProtectionIsRefused() throws Exception {
        PGPEncryptedDataGenerator weak = new PGPEncryptedDataGenerator(
                new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256).setWithIntegrityPacket(false));
        weak.addMethod(new BcPBEKeyEncryptionMethodGenerator(pass("right")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream body = weak.open(out, PLAIN.length)) {
            body.write(PLAIN);
        }

        assertRefused("changed or cut short", () -> OpenPgp.decrypt(FILE, out.toByteArray(), pass("right")));
    }

    private static char[] pass(String text) {
        return text.toCharArray();
    }

    private static void assertRefused(String text, ThrowingCallable call) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(call)
                .withMessageContaining(text)
                .withNoCause();
    }
}
