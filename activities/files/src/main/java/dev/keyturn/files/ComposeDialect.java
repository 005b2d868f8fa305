package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Values as Docker Compose v2 reads them (compose-go 2.0 to 2.16, {@code dotenv/parser.go} and {@code
 * template/template.go}). Without quotes a value ends before {@code " #"} or with the line, and {@code $} refers to other
 * keys. Single quotes hold everything literally, but a backslash before the closing quote keeps the string open. Double
 * quotes know escapes, and then {@code $}.
 *
 * <p>Compose lets its own process environment win over the file where a value refers to another key. That environment is unknown
 * here: references are looked up among the keys before them, and are empty otherwise.
 */
final class ComposeDialect implements Dialect {
    static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    /** What shells, systemd and Compose all read alike without quotes. */
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    /** What may follow a value without quotes for it to end where it should. */
    private static final Pattern BLANK_OR_COMMENT = Pattern.compile("[ \t\r]*| +#.*", Pattern.DOTALL);

    /** An odd number of backslashes would escape the closing quote. */
    private static final Pattern ODD_BACKSLASHES = Pattern.compile("(?s).*(?<!\\\\)(?:\\\\\\\\)*\\\\");

    @Override
    public Document parse(String text) {
        return new ComposeParser(text).parse();
    }

    @Override
    public Optional<String> read(Entry entry, Map<String, String> before) {
        Optional<String> text = Latin.toText(entry.raw());
        return switch (entry.form()) {
            case INHERITED -> Optional.empty();
            case SINGLE_QUOTED -> text;
            case UNQUOTED -> text.flatMap(value -> Interpolation.expand(value, before));
            case DOUBLE_QUOTED ->
                text.map(ComposeEscapes::expand).flatMap(value -> Interpolation.expand(value, before));
        };
    }

    @Override
    public String quote(String key, String value, String after) {
        if (value.indexOf(0) >= 0) {
            throw new AdapterException(
                    AdapterException.Reason.VALUE_REJECTED,
                    "key " + key
                            + ": the value holds a NUL, which no environment variable can; nothing was changed; use"
                            + " another generator");
        }
        if (SAFE.matcher(value).matches() && BLANK_OR_COMMENT.matcher(after).matches()) {
            return value;
        }
        boolean literal = value.indexOf('\'') < 0
                && value.chars().noneMatch(Character::isISOControl)
                && !ODD_BACKSLASHES.matcher(value).matches();
        return literal ? "'" + value + "'" : "\"" + ComposeEscapes.escape(value) + "\"";
    }
}
