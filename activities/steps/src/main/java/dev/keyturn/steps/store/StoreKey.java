package dev.keyturn.steps.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a store: 32 random bytes, from which a key for each purpose is derived with HKDF-SHA256 (RFC 5869). The
 * key itself encrypts nothing. Safe for use by several threads.
 */
public final class StoreKey {
    private static final int BYTES = 32;

    /** Fixed, as RFC 5869 allows for a key that is random already; it keeps these keys apart from other uses of HKDF. */
    private static final byte[] SALT = "keyturn store key".getBytes(UTF_8);

    private final Path file;
    private final byte[] bytes;

    private StoreKey(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Reads a key file: 32 bytes in base64, white space around it ignored.
     *
     * @throws StoreException WRONG_KEY if it is missing or not a key, TOO_OPEN if others may read it
     */
    static StoreKey load(Path file) {
        if (!Files.exists(file)) {
            throw new StoreException(
                    StoreException.Kind.WRONG_KEY,
                    file
                            + ": the store's key file is missing; nothing was changed. Next: put the key file back, or name its place in the manifest; if it is lost,"
                            + " move the store's folder away, then: keyturn import");
        }
        PrivateFiles.requirePrivate(file);
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(new String(PrivateFiles.read(file), UTF_8).strip());
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.WRONG_KEY,
                    file + ": the key file cannot be read (" + PrivateFiles.reason(e) + "); nothing was changed.");
        } catch (IllegalArgumentException e) {
            decoded = new byte[0];
        }
        if (decoded.length != BYTES) {
            throw new StoreException(
                    StoreException.Kind.WRONG_KEY,
                    file + ": found something that is not a key, expected " + BYTES
                            + " bytes in base64; nothing was changed. Next: put the right key file back.");
        }
        return new StoreKey(file, decoded);
    }

    /** Makes a key file if there is none, complete or not at all, readable by its owner alone. Never replaces one. */
    static void createIfMissing(Path file) {
        if (Files.exists(file)) {
            return;
        }
        byte[] fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        try {
            PrivateFiles.createDirectories(file.toAbsolutePath().getParent());
            PrivateFiles.writeNew(file, (Base64.getEncoder().encodeToString(fresh) + "\n").getBytes(UTF_8));
        } catch (FileAlreadyExistsException e) {
            // Somebody else made one at the same moment: that one counts.
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNWRITABLE,
                    file + ": the key file cannot be written (" + PrivateFiles.reason(e) + "); nothing was changed.");
        } finally {
            Arrays.fill(fresh, (byte) 0);
        }
    }

    /** A key of 32 bytes for one purpose: the same for the same purpose, and unrelated to that of any other. */
    public byte[] derive(String purpose) {
        return hkdf(bytes, SALT, purpose.getBytes(UTF_8));
    }

    /** HMAC-SHA256. */
    public static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /** The first 32 bytes that HKDF-SHA256 gives. */
    static byte[] hkdf(byte[] key, byte[] salt, byte[] info) {
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        return hmac(hmac(salt, key), block);
    }

    /** Which key a file was encrypted under: 16 bytes that tell nothing of the key. */
    byte[] id() {
        return Arrays.copyOf(derive("key id"), 16);
    }

    Path file() {
        return file;
    }

    @Override
    public String toString() {
        return "StoreKey[" + file + "]";
    }
}
