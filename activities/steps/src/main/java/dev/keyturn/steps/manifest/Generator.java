package dev.keyturn.steps.manifest;

import dev.keyturn.spi.SecretValue;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes values from the system's secure random source. Immutable and safe for use by several threads.
 *
 * <p>{@code alphanumeric(32)}: so many characters; {@code hex(32)}, {@code base64(64)}, {@code base64url(32)}: so many random bytes,
 * encoded (base64 padded, base64url not); {@code fernet}: 32 bytes as 44 characters of padded base64url.
 *
 * <p>A value has at least 128 bits of randomness and at most 4096 characters.
 *
 * @param form the encoding
 * @param size characters for {@code ALPHANUMERIC}, otherwise random bytes
 */
public record Generator(Form form, int size) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int FERNET_BYTES = 32;
    private static final int MOST_CHARACTERS = 4096;
    private static final Pattern WRITTEN =
            Pattern.compile("(alphanumeric|hex|base64|base64url)\\(([0-9]{1,6})\\)|fernet");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The encodings. */
    public enum Form {
        ALPHANUMERIC,
        HEX,
        BASE64,
        BASE64URL,
        FERNET
    }

    /** @throws IllegalArgumentException outside the bounds, saying what is expected */
    public Generator {
        if (form == Form.FERNET && size != FERNET_BYTES) {
            throw new IllegalArgumentException("fernet has a size of its own");
        }
        // 22 characters of 62 are 130.9 bits, 21 are 125.0.
        int least = form == Form.ALPHANUMERIC ? 22 : 16;
        if (size < least) {
            throw new IllegalArgumentException("at least " + written(form, least) + ", which is 128 bits");
        }
        if (characters(form, size) > MOST_CHARACTERS) {
            throw new IllegalArgumentException("at most " + MOST_CHARACTERS + " characters");
        }
    }

    /**
     * Reads what a manifest says, for example {@code hex(32)}.
     *
     * @throws IllegalArgumentException if it says no generator; the message is what was expected
     */
    public static Generator parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "one of alphanumeric(32), hex(32), base64(64), base64url(32), fernet, with a size of your own");
        }
        if (matcher.group(1) == null) {
            return new Generator(Form.FERNET, FERNET_BYTES);
        }
        return new Generator(
                Form.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), Integer.parseInt(matcher.group(2)));
    }

    /** The length of its values in characters. */
    public int length() {
        return characters(form, size);
    }

    /** A new value. One that looks like a placeholder by chance is thrown away. */
    public SecretValue generate() {
        while (true) {
            String value = random();
            if (Placeholders.in(value).isEmpty()) {
                return SecretValue.of(value);
            }
        }
    }

    /** As a manifest writes it. */
    @Override
    public String toString() {
        return written(form, size);
    }

    private String random() {
        return switch (form) {
            case ALPHANUMERIC -> alphanumeric();
            case HEX -> HexFormat.of().formatHex(bytes(size));
            case BASE64 -> Base64.getEncoder().encodeToString(bytes(size));
            case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(size));
            case FERNET -> Base64.getUrlEncoder().encodeToString(bytes(size));
        };
    }

    /** By rejection: 248 is the greatest multiple of 62 in a byte, so that each character is as likely as any other. */
    private String alphanumeric() {
        int fair = 256 - 256 % ALPHABET.length();
        StringBuilder value = new StringBuilder(size);
        while (value.length() < size) {
            for (byte random : bytes(size - value.length())) {
                int number = random & 0xFF;
                if (number < fair) {
                    value.append(ALPHABET.charAt(number % ALPHABET.length()));
                }
            }
        }
        return value.toString();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static int characters(Form form, int size) {
        return switch (form) {
            case ALPHANUMERIC -> size;
            case HEX -> 2 * size;
            case BASE64, FERNET -> (size + 2) / 3 * 4;
            case BASE64URL -> (size * 4 + 2) / 3;
        };
    }

    private static String written(Form form, int size) {
        String word = form.name().toLowerCase(Locale.ROOT);
        return form == Form.FERNET ? word : word + "(" + size + ")";
    }
}
