package dev.keyturn.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/**
 * A secret's value. It never prints itself and refuses to be serialised, so that it cannot reach a log, a message or a
 * workflow history by accident; {@link #reveal()} is the one way to the text, and a reader can search for its callers.
 *
 * <p>Immutable and safe for use by several threads. Equality takes the same time wherever two values differ.
 */
public final class SecretValue {
    private final byte[] utf8;

    /** Makes reflective serialisers fail instead of writing the field above; see {@link Refusal}. */
    @SuppressWarnings("unused")
    private final Refusal refusal = new Refusal();

    private SecretValue(byte[] utf8) {
        this.utf8 = utf8;
    }

    public static SecretValue of(String value) {
        return new SecretValue(value.getBytes(UTF_8));
    }

    /** The text itself. Whoever calls this answers for where the text goes. */
    public String reveal() {
        return new String(utf8, UTF_8);
    }

    /** The text in UTF-8, as a copy that the caller may overwrite. */
    public byte[] revealBytes() {
        return utf8.clone();
    }

    /** The length in characters, which is not a secret: policies and messages speak of it. */
    public int length() {
        return reveal().length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretValue that && MessageDigest.isEqual(utf8, that.utf8);
    }

    /** The same for every value: a hash would let a guess be tested. */
    @Override
    public int hashCode() {
        return SecretValue.class.hashCode();
    }

    @Override
    public String toString() {
        return "SecretValue[…]";
    }

    /**
     * A property that cannot be read. Serialisers which go over fields (Jackson as Temporal sets it up, Gson) come to
     * this one and fail; Java's own serialisation fails because the class is not {@link java.io.Serializable}.
     */
    private static final class Refusal {
        @SuppressWarnings("unused")
        public String getValue() {
            throw new IllegalStateException("a SecretValue is never serialised: pass a reference to it");
        }
    }
}
