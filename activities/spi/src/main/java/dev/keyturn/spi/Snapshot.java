package dev.keyturn.spi;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A publication exactly as it was found or as it is to be: its parts by name (the files of a directory, or a single
 * part), byte for byte. It holds values and therefore never prints its contents. A part that is missing does not exist.
 */
public record Snapshot(SortedMap<String, Part> parts) {
    public Snapshot {
        parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }

    public static final Snapshot EMPTY = new Snapshot(new TreeMap<>());

    /** The names of the parts, and nothing of their contents. */
    @Override
    public String toString() {
        return "Snapshot" + parts.keySet();
    }

    /**
     * One part.
     *
     * @param content the bytes
     * @param attributes what belongs to it besides the bytes, in the technology's words: {@code mode=0600}, {@code
     *     owner=app}, {@code group=app}
     */
    public record Part(byte[] content, Map<String, String> attributes) {
        public Part {
            content = content.clone();
            attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        }

        @Override
        public byte[] content() {
            return content.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Part that
                    && Arrays.equals(content, that.content)
                    && attributes.equals(that.attributes);
        }

        @Override
        public int hashCode() {
            return Objects.hash(attributes);
        }

        @Override
        public String toString() {
            return "Part[" + content.length + " bytes, " + attributes + "]";
        }
    }
}
