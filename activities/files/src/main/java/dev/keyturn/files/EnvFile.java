package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.spi.Snapshot.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** An env file. Its snapshot has one part, under the file's name. Immutable. */
final class EnvFile implements Publisher {
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final Path path;
    private final String mode;
    private final Dialect dialect;
    private final LinkPolicy links;
    private final FileSet files;

    /** @param mode of a file that is created, in octal */
    EnvFile(Path path, String mode, Dialect dialect, LinkPolicy links) {
        this.path = path;
        this.mode = mode;
        this.dialect = dialect;
        this.links = links;
        this.files = new FileSet(path::resolveSibling, links);
    }

    private String part() {
        return path.getFileName().toString();
    }

    @Override
    public Snapshot read() {
        SortedMap<String, Part> parts = new TreeMap<>();
        files.look(part()).ifPresent(part -> parts.put(part(), part));
        return new Snapshot(parts);
    }

    @Override
    public Map<Field, SecretValue> values(Snapshot snapshot, Set<Field> fields) {
        EnvText text = text(snapshot);
        Map<Field, SecretValue> found = new TreeMap<>();
        text.values(fields).forEach((field, value) -> found.put(field, SecretValue.of(value)));
        return found;
    }

    @Override
    public Snapshot render(Snapshot base, Map<Field, SecretValue> values) {
        SortedMap<String, String> wanted = new TreeMap<>();
        values.forEach((field, value) -> {
            if (!KEY.matcher(field.name()).matches()) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        path + ": found the key \"" + field.name()
                                + "\", expected letters, digits, underscores, dots and hyphens, not beginning with a digit;"
                                + " nothing was changed; correct the manifest");
            }
            wanted.put(field.name(), value.reveal());
        });
        Part now = base.parts().get(part());
        byte[] content = Latin.toBytes(text(base).with(wanted));
        Part then = now == null
                ? FileParts.part(content, Mode.parse(FileParts.MODE, mode), Ownership.forNew(path.getParent()))
                : new Part(content, now.attributes());
        Snapshot next = new Snapshot(new TreeMap<>(Map.of(part(), then)));
        if (!values(next, values.keySet()).equals(new TreeMap<>(values))) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    path + ": found text around the keys " + wanted.keySet()
                            + " that would change how they are read, expected one KEY=value a line; nothing was changed;"
                            + " tidy the file by hand");
        }
        return next;
    }

    @Override
    public Snapshot without(Snapshot base, Set<Field> fields) {
        Part now = base.parts().get(part());
        if (now == null) {
            return base;
        }
        Part then = new Part(Latin.toBytes(text(base).without(fields)), now.attributes());
        return new Snapshot(new TreeMap<>(Map.of(part(), then)));
    }

    @Override
    public Snapshot write(Fence fence, Snapshot expected, Snapshot next) {
        return files.write(fence, expected, next, () -> {});
    }

    @Override
    public List<Finding> preflight() {
        List<Finding> findings = new ArrayList<>();
        FileFindings look = new FileFindings(links, Mode.parse(FileParts.MODE, mode), MountPoints.now());
        if (!Files.isSymbolicLink(path)) {
            findings.addAll(look.directory(path.toAbsolutePath().getParent()));
        }
        findings.addAll(look.file(path));
        if (findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.BLOCKS)) {
            findings.addAll(text(read()).findings());
        }
        return List.copyOf(findings);
    }

    private EnvText text(Snapshot snapshot) {
        String text = Optional.ofNullable(snapshot.parts().get(part()))
                .map(part -> Latin.fromBytes(part.content()))
                .orElse("");
        return new EnvText(path, text, dialect);
    }
}
