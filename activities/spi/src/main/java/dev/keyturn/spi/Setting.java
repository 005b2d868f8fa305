package dev.keyturn.spi;

import java.util.List;

/**
 * One setting of a technology in the manifest. The list that {@link Technology#settings()} gives is the only place where settings
 * are declared: the JSON Schema, the manifest reference and the check for unknown names are made from it.
 *
 * @param name as written in the manifest, in kebab case
 * @param type what may stand there
 * @param required whether it must stand there
 * @param fallback the default as a person would write it; empty if there is none
 * @param choices the legal values of a {@link Type#CHOICE}; otherwise empty
 * @param description one sentence for the reference, with unit and range
 */
public record Setting(
        String name, Type type, boolean required, String fallback, List<String> choices, String description) {
    /** What may stand in a setting. */
    public enum Type {
        TEXT,
        INTEGER,
        BOOLEAN,
        /** {@code 500ms}, {@code 10s}, {@code 5m}, {@code 24h}. */
        DURATION,
        /** A path; a relative one is taken from the manifest's folder. */
        PATH,
        LIST,
        CHOICE
    }

    public Setting {
        choices = List.copyOf(choices);
    }

    public static Setting required(String name, Type type, String description) {
        return new Setting(name, type, true, "", List.of(), description);
    }

    public static Setting optional(String name, Type type, String fallback, String description) {
        return new Setting(name, type, false, fallback, List.of(), description);
    }

    public static Setting choice(String name, List<String> choices, String fallback, String description) {
        return new Setting(name, Type.CHOICE, false, fallback, choices, description);
    }
}
