package dev.keyturn.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** Goes between a text of one character a byte and the UTF-8 within it. */
final class Latin {
    private Latin() {}

    static String fromBytes(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    static byte[] toBytes(String latin) {
        return latin.getBytes(ISO_8859_1);
    }

    static String fromText(String text) {
        return fromBytes(text.getBytes(UTF_8));
    }

    /** The text; empty if the bytes are not UTF-8. */
    static Optional<String> toText(String latin) {
        try {
            return Optional.of(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(toBytes(latin))).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The code point that begins here, or -1 if none does. */
    static int codePointAt(String latin, int index) {
        int length = lengthAt(latin, index);
        return length == 1 && latin.charAt(index) >= 0x80
                ? -1
                : toText(latin.substring(index, index + length))
                        .map(text -> text.codePointAt(0))
                        .orElse(-1);
    }

    /** How many characters of {@code latin} the code point takes that begins here; 1 for a stray byte. */
    static int lengthAt(String latin, int index) {
        char first = latin.charAt(index);
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
        return index + length <= latin.length() ? length : 1;
    }

    static int lineAt(String text, int index) {
        return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }
}
