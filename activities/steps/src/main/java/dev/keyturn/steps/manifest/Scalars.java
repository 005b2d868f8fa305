package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Setting;
import dev.keyturn.steps.manifest.Shape.Scalar;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads single values of each type. */
final class Scalars {
    static final Pattern DURATION = Pattern.compile("^([0-9]{1,9})(ms|s|m|h|d)$");
    /** A tilde is expanded by shells alone, and a folder of that name would surprise. */
    static final Pattern PATH = Pattern.compile("^[^~\\u0000][^\\u0000]*$");

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");

    private final Problems problems;
    private final Path folder;

    /** @param folder what relative paths are taken from */
    Scalars(Problems problems, Path folder) {
        this.problems = problems;
        this.folder = folder;
    }

    /** The value of a node; empty if it has another type or form, with the problem added. */
    Optional<Object> read(Node node, Scalar shape) {
        Tag wanted = switch (shape.type()) {
            case INTEGER -> Tag.INT;
            case BOOLEAN -> Tag.BOOL;
            case TEXT, DURATION, PATH, LIST, CHOICE -> Tag.STR;
        };
        Optional<Object> value =
                node instanceof ScalarNode scalar && node.getTag().equals(wanted)
                        ? value(scalar.getValue(), shape)
                        : Optional.empty();
        if (value.isEmpty()) {
            boolean unquoted = wanted.equals(Tag.STR) && node instanceof ScalarNode && !isNothing(node);
            String hint = unquoted && !node.getTag().equals(Tag.STR) ? ": put it in quotes" : "";
            problems.add(Position.of(node), describe(node), expected(shape) + hint);
        }
        return value;
    }

    /** A default, which a declaration writes as a person would. */
    Object fallback(Position at, String written, Scalar shape) {
        if (shape.type() == Setting.Type.LIST) {
            return elements(written).stream()
                    .map(element -> new Found(at, element))
                    .toList();
        }
        return value(written, shape)
                .orElseThrow(() -> new IllegalArgumentException("a default of another type: " + written));
    }

    /** The elements of a list as a declaration writes its default: with commas between them. */
    static List<String> elements(String written) {
        return Arrays.stream(written.split(",", -1)).map(String::strip).toList();
    }

    private Optional<Object> value(String text, Scalar shape) {
        return switch (shape.type()) {
            case INTEGER -> integer(text);
            case BOOLEAN -> Optional.of(Boolean.valueOf(text));
            case DURATION -> duration(text);
            case PATH -> path(text);
            case CHOICE -> shape.choices().contains(text) ? Optional.of(text) : Optional.empty();
            case TEXT, LIST ->
                shape.form().isEmpty() || shape.form().get().fits(text) ? Optional.of(text) : Optional.empty();
        };
    }

    private static Optional<Object> integer(String text) {
        if (!INTEGER.matcher(text).matches() || text.length() > 11) {
            return Optional.empty();
        }
        long value = Long.parseLong(text);
        return value == (int) value ? Optional.of(value) : Optional.empty();
    }

    private static Optional<Object> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                });
    }

    private Optional<Object> path(String text) {
        try {
            return PATH.matcher(text).matches()
                    ? Optional.of(folder.resolve(text).normalize())
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String expected(Scalar shape) {
        return switch (shape.type()) {
            case INTEGER -> "a whole number of at most nine digits";
            case BOOLEAN -> "true or false";
            case DURATION -> "a duration such as 500ms, 10s, 5m, 24h or 90d";
            case PATH -> "a path, without ~";
            case CHOICE -> "one of " + String.join(", ", shape.choices());
            case TEXT, LIST -> shape.form().map(Shape.Form::words).orElse("a text");
        };
    }

    static boolean isNothing(Node node) {
        return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
    }

    /** What a node is, for a message. */
    static String describe(Node node) {
        if (node instanceof MappingNode) {
            return "a map";
        } else if (node instanceof SequenceNode) {
            return "a list";
        } else if (isNothing(node)) {
            return "nothing";
        }
        String text = Quoted.of(((ScalarNode) node).getValue());
        if (node.getTag().equals(Tag.STR)) {
            return "the text " + text;
        } else if (node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT)) {
            return "the number " + text;
        }
        return node.getTag().equals(Tag.BOOL)
                ? text
                : text + " with the tag " + node.getTag().getValue();
    }
}
