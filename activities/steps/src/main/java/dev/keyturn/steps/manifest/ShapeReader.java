package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Found.Block;
import dev.keyturn.steps.manifest.Found.Chosen;
import dev.keyturn.steps.manifest.Shape.Choice;
import dev.keyturn.steps.manifest.Shape.Each;
import dev.keyturn.steps.manifest.Shape.Later;
import dev.keyturn.steps.manifest.Shape.Listed;
import dev.keyturn.steps.manifest.Shape.Part;
import dev.keyturn.steps.manifest.Shape.Scalar;
import dev.keyturn.steps.manifest.Shape.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Compares YAML nodes with the shape that they should have. Goes down no further than the shape does, so that nodes
 * which contain themselves do no harm.
 */
final class ShapeReader {
    private final Problems problems;
    private final Scalars scalars;

    ShapeReader(Problems problems, Scalars scalars) {
        this.problems = problems;
        this.scalars = scalars;
    }

    /** What was read; empty if it has another shape, with the problem added. */
    Optional<Found> read(Position at, Node node, Shape shape) {
        if (shape instanceof Scalar scalar) {
            return scalar.type() == Setting.Type.LIST ? texts(at, node, scalar) : scalar(node, scalar);
        } else if (shape instanceof Listed listed) {
            return list(at, node, listed.of(), "a list");
        } else if (shape instanceof Each each) {
            return each(at, node, each);
        }
        return section(at, node, (Section) shape).map(block -> new Found(at, block));
    }

    /** The root of the document. */
    Optional<Block> document(Node root, Section grammar) {
        return section(Position.of(root), root, grammar);
    }

    private Optional<Found> scalar(Node node, Scalar shape) {
        return scalars.read(node, shape).map(value -> new Found(Position.of(node), value));
    }

    private Optional<Found> texts(Position at, Node node, Scalar shape) {
        return list(at, node, new Scalar(Setting.Type.TEXT, List.of(), shape.form()), "a list of texts");
    }

    private Optional<Found> list(Position at, Node node, Shape of, String expected) {
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(Position.of(node), Scalars.describe(node), expected);
            return Optional.empty();
        }
        List<Found> elements = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            read(Position.of(element), element, of).ifPresent(elements::add);
        }
        return Optional.of(new Found(at, elements));
    }

    private Optional<Found> each(Position at, Node node, Each shape) {
        Map<String, Found> read = new LinkedHashMap<>();
        Optional<Map<String, NodeTuple>> entries = entries(node);
        entries.ifPresent(map -> map.forEach((name, tuple) -> {
            Position key = Position.of(tuple.getKeyNode());
            if (!shape.names().fits(name)) {
                problems.add(key, Quoted.of(name), shape.names().words());
            }
            // A section of another shape is declared all the same: whoever names it is not wrong, too.
            Optional<Found> found = read(key, tuple.getValueNode(), shape.of());
            if (found.isPresent() || shape.of() instanceof Section) {
                read.put(name, found.orElseGet(() -> new Found(key, new Block(Map.of(), Optional.empty(), false))));
            }
        }));
        return entries.map(any -> new Found(at, read));
    }

    private Optional<Block> section(Position at, Node node, Section shape) {
        int before = problems.count();
        Optional<Map<String, NodeTuple>> entries = entries(node);
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Part> parts = byName(shape.parts());
        Map<String, Found> read = new LinkedHashMap<>();
        List<Chosen> chosen = new ArrayList<>();
        Set<String> meant = new HashSet<>(entries.get().keySet());
        for (var entry : entries.get().entrySet()) {
            Position key = Position.of(entry.getValue().getKeyNode());
            Node value = entry.getValue().getValueNode();
            Part part = parts.get(entry.getKey());
            Optional<Technology> technology = technology(shape, entry.getKey());
            if (part != null) {
                read(key, value, part.shape()).ifPresent(found -> read.put(part.name(), found));
            } else if (technology.isPresent()) {
                if (!chosen.isEmpty()) {
                    problems.add(key, Quoted.of(entry.getKey()) + " besides another technology", "one of them");
                }
                chosen.add(settings(
                        key, value, technology.get(), shape.technology().orElseThrow()));
            } else {
                unknown(key, entry.getKey(), shape).ifPresent(meant::add);
            }
        }
        boolean misspelt = !parts.keySet().containsAll(entries.get().keySet()) && chosen.isEmpty();
        missing(at, meant, shape.parts());
        exactlyOne(at, entries.get(), meant, shape);
        if (shape.technology().isPresent() && chosen.isEmpty() && !misspelt) {
            problems.add(at, "no technology", expected(shape.technology().get()));
        }
        defaults(at, shape.parts(), read);
        return Optional.of(new Block(read, chosen.stream().findFirst(), problems.count() == before));
    }

    private Chosen settings(Position at, Node node, Technology technology, Choice choice) {
        List<Part> parts = choice.settings(technology);
        Map<String, Found> read = new LinkedHashMap<>();
        boolean isMap = node instanceof MappingNode || Scalars.isNothing(node);
        Optional<Part> shorthand = choice.shorthand(technology).filter(part -> !isMap);
        if (shorthand.isPresent()) {
            Part part = shorthand.get();
            read(at, node, part.shape()).ifPresent(found -> read.put(part.name(), found));
        } else if (Scalars.isNothing(node)) {
            missing(at, Set.of(), parts);
        } else {
            settings(at, node, technology, parts, read);
        }
        defaults(at, parts, read);
        Map<String, Object> settings = new LinkedHashMap<>();
        for (Setting setting : technology.settings()) {
            Found found = read.get(setting.name());
            if (found != null) {
                settings.put(setting.name(), found.value() instanceof List<?> ? texts(found.list()) : found.value());
            }
        }
        return new Chosen(at, technology, new Settings(settings), read);
    }

    private void settings(Position at, Node node, Technology technology, List<Part> parts, Map<String, Found> read) {
        Map<String, NodeTuple> entries = entries(node).orElse(Map.of());
        Map<String, Part> byName = byName(parts);
        Set<String> meant = new HashSet<>(entries.keySet());
        entries.forEach((name, tuple) -> {
            Position key = Position.of(tuple.getKeyNode());
            if (byName.containsKey(name)) {
                read(key, tuple.getValueNode(), byName.get(name).shape()).ifPresent(found -> read.put(name, found));
            } else {
                problems.unknown(key, name, "a setting of " + technology.name(), byName.keySet())
                        .ifPresent(meant::add);
            }
        });
        if (node instanceof MappingNode) {
            missing(at, meant, parts);
        }
    }

    private static List<String> texts(List<Found> list) {
        return list.stream().map(Found::text).toList();
    }

    /** The entries of a map by name, without those whose name is written a second time; empty if it is no map. */
    private Optional<Map<String, NodeTuple>> entries(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            problems.add(Position.of(node), Scalars.describe(node), "a map");
            return Optional.empty();
        }
        Map<String, NodeTuple> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            if (!(key instanceof ScalarNode scalar) || key.getTag().equals(Tag.NULL)) {
                problems.add(Position.of(key), Scalars.describe(key) + " as a key", "a name");
                continue;
            }
            NodeTuple first = entries.putIfAbsent(scalar.getValue(), tuple);
            if (first != null) {
                int line = Position.of(first.getKeyNode()).line();
                problems.add(
                        Position.of(key),
                        Quoted.of(scalar.getValue()) + " a second time, after line " + line,
                        "each name once");
            }
        }
        return Optional.of(entries);
    }

    /** Adds the problem of a name that is unknown here, and says which one was probably meant. */
    private Optional<String> unknown(Position at, String name, Section shape) {
        Later later = shape.later().get(name);
        if (later != null) {
            problems.add(at, Quoted.of(name), later.words());
            return later.replaces();
        }
        Set<String> known = new LinkedHashSet<>();
        shape.technology().ifPresent(c -> c.among().forEach(t -> known.add(t.name())));
        shape.parts().forEach(part -> known.add(part.name()));
        return problems.unknown(at, name, "a name that belongs here", known);
    }

    private void missing(Position at, Set<String> meant, List<Part> parts) {
        for (Part part : parts) {
            if (part.required() && !meant.contains(part.name())) {
                problems.add(at, "no `" + part.name() + "`", "`" + part.name() + "`: " + part.description());
            }
        }
    }

    private void exactlyOne(Position at, Map<String, NodeTuple> entries, Set<String> meant, Section shape) {
        if (shape.oneOf().isEmpty()) {
            return;
        }
        String expected = "exactly one of " + String.join(", ", shape.oneOf());
        List<String> named =
                entries.keySet().stream().filter(shape.oneOf()::contains).toList();
        if (meant.stream().noneMatch(shape.oneOf()::contains)) {
            problems.add(at, "none of them", expected);
        }
        named.stream()
                .skip(1)
                .forEach(name -> problems.add(
                        Position.of(entries.get(name).getKeyNode()),
                        "`" + name + "` besides `" + named.get(0) + "`",
                        expected));
    }

    private void defaults(Position at, List<Part> parts, Map<String, Found> read) {
        for (Part part : parts) {
            if (!part.fallback().isEmpty() && part.shape() instanceof Scalar scalar) {
                read.computeIfAbsent(part.name(), name -> new Found(at, scalars.fallback(at, part.fallback(), scalar)));
            }
        }
    }

    private static Optional<Technology> technology(Section shape, String name) {
        return shape.technology()
                .flatMap(choice -> choice.among().stream()
                        .filter(technology -> technology.name().equals(name))
                        .map(Technology.class::cast)
                        .findFirst());
    }

    private static String expected(Choice choice) {
        return choice.among().isEmpty()
                ? choice.word() + ", but no technology that is one is installed"
                : choice.word() + ": one of "
                        + String.join(
                                ", ",
                                choice.among().stream().map(Technology::name).toList());
    }

    private static Map<String, Part> byName(List<Part> parts) {
        Map<String, Part> byName = new LinkedHashMap<>();
        parts.forEach(part -> byName.put(part.name(), part));
        return byName;
    }
}
