package dev.keyturn.steps.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Turns a file into YAML nodes with their places. Whatever the file holds, it ends soon and with a problem at most. */
final class YamlText {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_ALIASES = 50;
    /** A manifest needs seven levels. */
    private static final int MOST_LEVELS = 20;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(MOST_BYTES + 1)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .build();

    /**
     * A document.
     *
     * @param fingerprint the same for the same content, whatever its comments and blanks
     */
    record Document(Node root, String fingerprint) {}

    private YamlText() {}

    /** The document; empty if there is none, with a problem added that says why. */
    static Optional<Document> compose(Path file, Problems problems) {
        Optional<String> text = text(file, problems);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<String> fingerprint = fingerprint(text.get(), problems);
            if (fingerprint.isEmpty()) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(SETTINGS).composeString(text.get());
            if (root.isEmpty()) {
                problems.add(Position.WHOLE_FILE, "an empty file", "a manifest");
            }
            return root.map(node -> new Document(node, fingerprint.get()));
        } catch (MarkedYamlEngineException e) {
            String found = e.getProblem().contains("(TAB)") ? "a tab" : e.getProblem();
            String expected =
                    e.getProblem().contains("(TAB)") ? "spaces: YAML is not indented with tabs" : "valid YAML";
            problems.add(e.getProblemMark().map(Position::of).orElse(Position.WHOLE_FILE), found, expected);
        } catch (ReaderException e) {
            int at = text.get().offsetByCodePoints(0, Math.max(0, e.getPosition() - 1));
            problems.add(
                    new Position(lineOf(text.get().substring(0, at)), 1),
                    "the character U+%04X".formatted(e.getCodePoint()),
                    "printable characters");
        } catch (YamlEngineException e) {
            problems.add(Position.WHOLE_FILE, "YAML that is not understood", "valid YAML with few aliases");
        }
        return Optional.empty();
    }

    private static Optional<String> text(Path file, Problems problems) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (NoSuchFileException e) {
            problems.add(Position.WHOLE_FILE, "no such file", "a manifest");
            return Optional.empty();
        } catch (IOException e) {
            String found = Files.isDirectory(file)
                    ? "a directory"
                    : "a file that cannot be read (" + e.getClass().getSimpleName() + ")";
            problems.add(Position.WHOLE_FILE, found, "a manifest");
            return Optional.empty();
        }
        if (bytes.length > MOST_BYTES) {
            problems.add(Position.WHOLE_FILE, "more than 1 MiB", "a manifest of at most 1 MiB");
            return Optional.empty();
        }
        CharsetDecoder decoder = UTF_8.newDecoder();
        CharBuffer decoded = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), decoded, true);
        String text = decoded.flip().toString();
        if (result.isError()) {
            problems.add(new Position(lineOf(text), 1), "bytes that are not UTF-8", "a text in UTF-8");
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static int lineOf(String textBefore) {
        return 1 + (int) textBefore.chars().filter(c -> c == '\n').count();
    }

    /**
     * Names the document by its flat row of events. Nodes are composed by recursion, so their depth is looked at before, on the way.
     *
     * @return empty if it is too deep, with a problem added
     */
    private static Optional<String> fingerprint(String text, Problems problems) {
        MessageDigest digest = sha256();
        int level = 0;
        int aliases = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> level++;
                case MappingEnd, SequenceEnd -> level--;
                case Alias -> aliases++;
                default -> {}
            }
            if (level > MOST_LEVELS || aliases > MOST_ALIASES) {
                problems.add(
                        event.getStartMark().map(Position::of).orElse(Position.WHOLE_FILE),
                        level > MOST_LEVELS ? "more than " + MOST_LEVELS + " levels" : "more than 50 aliases",
                        "a manifest");
                return Optional.empty();
            }
            digest.update((event + "\n").getBytes(UTF_8));
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest(), 0, 8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
