package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Technology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What may stand at one place of a manifest. {@link Grammar} declares the whole manifest in these; the reader, the JSON
 * Schema and the reference are all made from that one declaration.
 */
sealed interface Shape {
    /**
     * One value, or for {@link Setting.Type#LIST} a list of texts.
     *
     * @param form what a text, or each text of a list, has to look like
     */
    record Scalar(Setting.Type type, List<String> choices, Optional<Form> form) implements Shape {}

    /** A map with names of the author's choice. */
    record Each(Form names, Shape of) implements Shape {}

    /** A list. */
    record Listed(Shape of) implements Shape {}

    /**
     * A map with declared names.
     *
     * @param oneOf exactly one of these parts stands here; empty if there is no such rule
     * @param technology the technology to choose here, if one is to be chosen
     * @param later names that belong to a later version
     */
    record Section(
            String title,
            String description,
            List<Part> parts,
            List<String> oneOf,
            Optional<Choice> technology,
            Map<String, Later> later)
            implements Shape {
        static Section of(String title, String description, Part... parts) {
            return new Section(title, description, List.of(parts), List.of(), Optional.empty(), Map.of());
        }

        Section exactlyOne(String... names) {
            return new Section(title, description, parts, List.of(names), technology, later);
        }

        Section choosing(Choice choice) {
            return new Section(title, description, parts, oneOf, Optional.of(choice), later);
        }

        Section without(String name, Later instead) {
            return new Section(title, description, parts, oneOf, technology, Map.of(name, instead));
        }
    }

    /**
     * A name that belongs to a later version.
     *
     * @param replaces the part that is to be written instead, if there is one
     * @param words what is expected instead
     */
    record Later(Optional<String> replaces, String words) {}

    /** One entry of a section. */
    record Part(String name, boolean required, String fallback, String description, Shape shape) {
        static Part of(Setting setting) {
            // A required text that is empty is as good as missing; an optional one may be meant, as a suffix.
            boolean wanted = setting.required() && setting.type() == Setting.Type.TEXT;
            Optional<Form> form = wanted ? Optional.of(Form.SOME_TEXT) : Optional.empty();
            return new Part(
                    setting.name(),
                    setting.required(),
                    setting.fallback(),
                    setting.description(),
                    new Scalar(setting.type(), setting.choices(), form));
        }

        static Part of(Setting setting, Form form) {
            Scalar scalar = new Scalar(setting.type(), setting.choices(), Optional.of(form));
            return new Part(setting.name(), setting.required(), setting.fallback(), setting.description(), scalar);
        }

        static Part optional(String name, String description, Shape shape) {
            return new Part(name, false, "", description, shape);
        }
    }

    /**
     * A choice of one technology by its name as the key; its settings are the value.
     *
     * @param word what such a technology is called in messages
     * @param among those that play the role
     * @param inside what the core itself reads among the technology's settings
     */
    record Choice(String word, List<? extends Technology> among, List<Part> inside) {
        List<Part> settings(Technology technology) {
            List<Part> parts =
                    new ArrayList<>(technology.settings().stream().map(Part::of).toList());
            parts.addAll(inside);
            return parts;
        }

        /** What a value that is no map stands for: the one setting that is required. */
        Optional<Part> shorthand(Technology technology) {
            List<Part> required =
                    settings(technology).stream().filter(Part::required).toList();
            return required.size() == 1 ? Optional.of(required.get(0)) : Optional.empty();
        }
    }

    /**
     * What a text looks like.
     *
     * @param pattern in the part of the syntax that Java and ECMAScript share
     * @param words the same for a person
     */
    record Form(Pattern pattern, String words) {
        static final Form SOME_TEXT = of("[\\s\\S]+", "a text that is not empty");

        static Form of(String pattern, String words) {
            return new Form(Pattern.compile("^(?:" + pattern + ")$"), words);
        }

        boolean fits(String text) {
            return pattern.matcher(text).matches();
        }
    }
}
