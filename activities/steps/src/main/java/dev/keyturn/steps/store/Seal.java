package dev.keyturn.steps.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encrypted form of a state: {@code magic (8 bytes) | format (4) | key id (16) | nonce (12) | AES-256-GCM ciphertext
 * and tag}, with everything before the ciphertext as associated data. Each write has a fresh random nonce.
 */
final class Seal {
    static final int FORMAT = 1;
    private static final byte[] MAGIC = "KEYTURN\n".getBytes(US_ASCII);
    private static final int KEY_ID_AT = MAGIC.length + 4;
    private static final int NONCE_AT = KEY_ID_AT + 16;
    private static final int NONCE_BYTES = 12;
    private static final int HEADER_BYTES = NONCE_AT + NONCE_BYTES;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final StoreKey key;
    private final SecretKeySpec cipherKey;

    Seal(StoreKey key) {
        this.key = key;
        this.cipherKey = new SecretKeySpec(key.derive("state"), "AES");
    }

    byte[] close(byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .put(MAGIC)
                .putInt(FORMAT)
                .put(key.id())
                .put(nonce)
                .array();
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, header);
            byte[] sealed = Arrays.copyOf(header, HEADER_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, sealed, HEADER_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-GCM", e);
        }
    }

    /** @throws StoreException DAMAGED or WRONG_KEY */
    byte[] open(Path file, byte[] sealed) {
        if (sealed.length < HEADER_BYTES + TAG_BITS / 8) {
            throw damaged(file, "found " + sealed.length + " bytes, which is cut short");
        }
        if (!Arrays.equals(sealed, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged(file, "found a file that does not begin as a store does");
        }
        int format = ByteBuffer.wrap(sealed).getInt(MAGIC.length);
        if (format != FORMAT) {
            throw new StoreException(
                    StoreException.Kind.DAMAGED,
                    file + ": found format " + Integer.toUnsignedString(format) + ", expected " + FORMAT
                            + "; nothing was changed. Next: use the version of Keyturn that wrote it; if it was always this one, the file was"
                            + " damaged: put back the last good copy.");
        }
        boolean sameKey = Arrays.equals(sealed, KEY_ID_AT, NONCE_AT, key.id(), 0, 16);
        byte[] header = Arrays.copyOf(sealed, HEADER_BYTES);
        System.arraycopy(key.id(), 0, header, KEY_ID_AT, 16);
        Optional<byte[]> plain = decrypt(header, sealed);
        if (plain.isPresent() && sameKey) {
            return plain.get();
        }
        // Another key id over a ciphertext that this key opens: not the key is wrong, the file was changed.
        if (sameKey || plain.isPresent()) {
            throw damaged(file, "found content that was changed or cut short");
        }
        throw new StoreException(
                StoreException.Kind.WRONG_KEY,
                file + ": it is encrypted under another key than the one in " + key.file()
                        + "; nothing was changed. Next: put the key file back that was made with this store.");
    }

    private Optional<byte[]> decrypt(byte[] header, byte[] sealed) {
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, header).doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] header) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, cipherKey, new GCMParameterSpec(TAG_BITS, header, NONCE_AT, NONCE_BYTES));
        cipher.updateAAD(header);
        return cipher;
    }

    static StoreException damaged(Path file, String found) {
        return new StoreException(
                StoreException.Kind.DAMAGED,
                file + ": " + found
                        + ", expected a whole store; nothing was changed. Next: put back the last good copy of the store's folder; if there is"
                        + " none, move that folder and its key file away, then: keyturn import");
    }
}
