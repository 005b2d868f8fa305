package dev.keyturn.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A technology's settings as the manifest gives them. The manifest's reader has already checked them against {@link
 * Technology#settings()} (names, types, choices, required ones, with file, line and column), so that a value read here is of the declared type;
 * an undeclared name or a wrong type is a programming error.
 *
 * @param values by setting name: String, Long, Boolean, Duration, Path or a List of Strings; defaults filled in
 */
public record Settings(Map<String, Object> values) {
    public Settings {
        values = Map.copyOf(values);
    }

    public String text(String name) {
        return get(name, String.class);
    }

    public int integer(String name) {
        return Math.toIntExact(get(name, Long.class));
    }

    public boolean flag(String name) {
        return get(name, Boolean.class);
    }

    public Duration duration(String name) {
        return get(name, Duration.class);
    }

    public Path path(String name) {
        return get(name, Path.class);
    }

    @SuppressWarnings("unchecked")
    public List<String> list(String name) {
        return get(name, List.class);
    }

    public Optional<String> optionalText(String name) {
        return Optional.ofNullable((String) values.get(name));
    }

    public Optional<Path> optionalPath(String name) {
        return Optional.ofNullable((Path) values.get(name));
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    private <T> T get(String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("setting without a value: " + name);
        }
        return type.cast(value);
    }
}
