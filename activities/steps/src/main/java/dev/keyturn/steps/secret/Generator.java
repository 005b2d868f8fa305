package dev.keyturn.steps.secret;

import dev.keyturn.spi.SecretValue;

/**
 * Makes values from the system's secure random source. Immutable and safe for use by several threads.
 *
 * <p>{@code alphanumeric(32)}: so many characters; {@code hex(32)}, {@code base64(64)}, {@code base64url(32)}: so many random bytes,
 * encoded; {@code fernet}: 32 bytes as 44 characters of padded base64url.
 *
 * @param form the encoding
 * @param size characters for {@code ALPHANUMERIC}, otherwise random bytes
 */
public record Generator(Form form, int size) {
    /** The encodings. */
    public enum Form {
        ALPHANUMERIC,
        HEX,
        BASE64,
        BASE64URL,
        FERNET
    }

    /** A new value. */
    public SecretValue generate() {
        throw new IllegalStateException("to come");
    }
}
