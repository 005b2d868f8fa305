package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the text of an env file means to those who read it. Texts are handled as ISO 8859-1, one character a byte, so that
 * foreign bytes survive whatever they are; values are UTF-8 within.
 */
interface Dialect {
    /** Takes a text apart; never fails. */
    Document parse(String text);

    /**
     * An entry's value.
     *
     * @param before the values of the entries before it, to which it may refer
     * @return empty if readers would refuse it, or if it comes from their environment
     */
    Optional<String> read(Entry entry, Map<String, String> before);

    /**
     * A value as it is to be written.
     *
     * @param after what stands behind it on the line
     * @throws AdapterException VALUE_REJECTED if there is no way to write it
     */
    String quote(String key, String value, String after);

    /**
     * An env file taken apart.
     *
     * @param entries the keys in their order
     * @param problems what readers would trip over, for a person: line numbers, never content
     * @param complete false if the text ends within an open quote
     */
    record Document(List<Entry> entries, List<String> problems, boolean complete) {}
}
