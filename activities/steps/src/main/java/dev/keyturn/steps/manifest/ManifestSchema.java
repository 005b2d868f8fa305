package dev.keyturn.steps.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Shape.Choice;
import dev.keyturn.steps.manifest.Shape.Each;
import dev.keyturn.steps.manifest.Shape.Listed;
import dev.keyturn.steps.manifest.Shape.Part;
import dev.keyturn.steps.manifest.Shape.Scalar;
import dev.keyturn.steps.manifest.Shape.Section;
import java.util.List;
import java.util.Optional;

/**
 * The shape of a manifest as a JSON Schema, for editors. What holds between the parts (names that exist, circles) is
 * found by {@link ManifestReader} alone.
 */
public final class ManifestSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ManifestSchema() {}

    /** The schema, in draft 2020-12, of manifests that use these technologies; always the same text for the same ones. */
    public static String of(List<Technology> technologies) {
        Section grammar = Grammar.of(technologies);
        ObjectNode root = JSON.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Keyturn manifest");
        root.setAll(section(grammar));
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain nodes was not written", e);
        }
    }

    private static ObjectNode of(Shape shape) {
        if (shape instanceof Scalar scalar) {
            return scalar(scalar);
        } else if (shape instanceof Listed listed) {
            return JSON.objectNode().put("type", "array").set("items", of(listed.of()));
        } else if (shape instanceof Each each) {
            ObjectNode node = JSON.objectNode().put("type", "object");
            node.putObject("propertyNames")
                    .put("pattern", each.names().pattern().pattern());
            return node.set("additionalProperties", of(each.of()));
        }
        return section((Section) shape);
    }

    private static ObjectNode section(Section section) {
        ObjectNode node = map(section.parts());
        node.put("description", section.description());
        ObjectNode properties = (ObjectNode) node.get("properties");
        ArrayNode alternatives = JSON.arrayNode();
        section.oneOf()
                .forEach(name -> alternatives.addObject().putArray("required").add(name));
        if (section.technology().isPresent()) {
            Choice choice = section.technology().get();
            for (Technology technology : choice.among()) {
                properties.set(technology.name(), settings(choice, technology));
                alternatives.addObject().putArray("required").add(technology.name());
            }
            if (choice.among().isEmpty()) {
                node.putObject("not");
            }
        }
        if (!alternatives.isEmpty()) {
            node.set("oneOf", alternatives);
        }
        return node;
    }

    private static ObjectNode settings(Choice choice, Technology technology) {
        List<Part> parts = choice.settings(technology);
        Optional<Part> shorthand = choice.shorthand(technology);
        ObjectNode map = map(parts);
        if (parts.stream().noneMatch(Part::required)) {
            map.putArray("type").add("object").add("null");
        }
        if (shorthand.isEmpty()) {
            return map;
        }
        ObjectNode node = JSON.objectNode();
        node.putArray("anyOf").add(map).add(part(shorthand.get()));
        return node;
    }

    private static ObjectNode map(List<Part> parts) {
        ObjectNode node = JSON.objectNode().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Part part : parts) {
            properties.set(part.name(), part(part));
            if (part.required()) {
                required.add(part.name());
            }
        }
        if (!required.isEmpty()) {
            node.set("required", required);
        }
        return node.put("additionalProperties", false);
    }

    private static ObjectNode part(Part part) {
        ObjectNode node = of(part.shape());
        node.put("description", part.description());
        if (!part.fallback().isEmpty() && part.shape() instanceof Scalar scalar) {
            switch (scalar.type()) {
                case INTEGER -> node.put("default", Integer.parseInt(part.fallback()));
                case BOOLEAN -> node.put("default", Boolean.parseBoolean(part.fallback()));
                case LIST -> {
                    ArrayNode list = node.putArray("default");
                    Scalars.elements(part.fallback()).forEach(list::add);
                }
                default -> node.put("default", part.fallback());
            }
        }
        return node;
    }

    private static ObjectNode scalar(Scalar scalar) {
        ObjectNode node = JSON.objectNode();
        switch (scalar.type()) {
            case INTEGER ->
                node.put("type", "integer").put("minimum", Integer.MIN_VALUE).put("maximum", Integer.MAX_VALUE);
            case BOOLEAN -> node.put("type", "boolean");
            case LIST ->
                node.put("type", "array").set("items", scalar(new Scalar(Setting.Type.TEXT, List.of(), scalar.form())));
            case DURATION -> node.put("type", "string").put("pattern", Scalars.DURATION.pattern());
            case PATH -> node.put("type", "string").put("pattern", Scalars.PATH.pattern());
            case CHOICE -> scalar.choices().forEach(node.put("type", "string").putArray("enum")::add);
            case TEXT -> node.put("type", "string");
        }
        if (scalar.type() == Setting.Type.TEXT) {
            scalar.form().ifPresent(form -> node.put("pattern", form.pattern().pattern()));
        }
        return node;
    }
}
