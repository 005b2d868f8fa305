package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something read at one place, of the shape that belongs there.
 *
 * @param at where it stands: a single value itself, anything else its key
 * @param value String, Long, Boolean, Duration, Path, {@link Block}, or a List or Map (names to Found) of Found
 */
record Found(Position at, Object value) {
    String text() {
        return (String) value;
    }

    @SuppressWarnings("unchecked")
    List<Found> list() {
        return (List<Found>) value;
    }

    @SuppressWarnings("unchecked")
    Map<String, Found> map() {
        return (Map<String, Found>) value;
    }

    Block block() {
        return (Block) value;
    }

    /**
     * A section that was read.
     *
     * @param sound whether no problem was found in it; only then all that is required is there
     */
    record Block(Map<String, Found> parts, Optional<Chosen> chosen, boolean sound) {
        Optional<Found> part(String name) {
            return Optional.ofNullable(parts.get(name));
        }

        <T> Optional<T> value(String name, Class<T> type) {
            return part(name).map(found -> type.cast(found.value()));
        }

        /** Of a part that is required or has a default, in a sound block. */
        <T> T get(String name, Class<T> type) {
            return value(name, type).orElseThrow();
        }

        Map<String, Found> map(String name) {
            return part(name).map(Found::map).orElse(Map.of());
        }

        List<Found> list(String name) {
            return part(name).map(Found::list).orElse(List.of());
        }
    }

    /** The technology that a section chose, with its settings and what the core reads among them. */
    record Chosen(Position at, Technology technology, Settings settings, Map<String, Found> inside) {}
}
