package dev.keyturn.steps.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.SecretValue;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Text with references to secrets in braces, each percent-encoded when it is put in: {@code postgresql://{app.user}:{app}@db/app}.
 * A doubled brace stands for itself.
 *
 * @param references in the order of the text; never empty
 */
public record Template(String text, List<Reference> references) {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    public Template {
        references = List.copyOf(references);
    }

    /**
     * Reads what a manifest says.
     *
     * @throws IllegalArgumentException if a brace stands alone, a reference is malformed, or there is none; the message is
     *     what was expected
     */
    public static Template parse(String text) {
        List<Reference> references = new ArrayList<>();
        scan(text, literal -> {}, references::add);
        if (references.isEmpty()) {
            throw new IllegalArgumentException("at least one {secret} in the text");
        }
        return new Template(text, references);
    }

    /**
     * The derived value, from what each reference stands for. Everything but the unreserved characters of RFC 3986
     * (section 2.3) is percent-encoded, so that a value is one part of a URL whatever characters it has.
     */
    public SecretValue render(Function<Reference, SecretValue> values) {
        StringBuilder rendered = new StringBuilder();
        scan(text, rendered::append, reference -> encode(values.apply(reference), rendered));
        return SecretValue.of(rendered.toString());
    }

    private static void encode(SecretValue value, StringBuilder to) {
        for (byte octet : value.reveal().getBytes(UTF_8)) {
            if (octet > 0 && UNRESERVED.indexOf(octet) >= 0) {
                to.append((char) octet);
            } else {
                HEX.toHexDigits(to.append('%'), octet);
            }
        }
    }

    private static void scan(String text, Consumer<String> literal, Consumer<Reference> reference) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '{' && c != '}') {
                literal.accept(String.valueOf(c));
                at++;
            } else if (text.startsWith(String.valueOf(c).repeat(2), at)) {
                literal.accept(String.valueOf(c));
                at += 2;
            } else {
                int end = text.indexOf('}', at);
                if (c == '}' || end < 0) {
                    throw new IllegalArgumentException(
                            "{secret} with both braces; a brace that is meant itself is written " + c + c);
                }
                reference.accept(Reference.parse(text.substring(at + 1, end)));
                at = end + 1;
            }
        }
    }
}
