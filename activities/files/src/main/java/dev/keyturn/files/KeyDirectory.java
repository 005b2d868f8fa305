package dev.keyturn.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.spi.Snapshot.Part;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory with one file a value. Its snapshot has one part a file, under the file's name: all files that end with the
 * suffix, since which of them are fields is not known when it is read. A link from one of them to another is a part that says so: the
 * field of either name is the one file. What could be no value is left out (hidden files, directories,
 * files over 1 MiB, files that cannot be read); to write over such a file is refused. Immutable.
 */
final class KeyDirectory implements Publisher {
    private final Path path;
    private final Layout layout;
    private final LinkPolicy links;

    KeyDirectory(Path path, Layout layout, LinkPolicy links) {
        this.path = path;
        this.layout = layout;
        this.links = links;
    }

    /**
     * @param suffix of each file's name
     * @param mode of a file that is created, in octal
     * @param directoryMode of a directory that is created, in octal
     * @param newline whether a file that is created ends with a newline
     */
    record Layout(String suffix, String mode, String directoryMode, boolean newline) {}

    @Override
    public Snapshot read() {
        SortedMap<String, Part> parts = new TreeMap<>();
        FileSet files = files();
        Set<String> names = names();
        Map<String, String> second = files.secondNames(names);
        second.forEach((name, other) -> parts.put(name, FileParts.link(other)));
        names.removeAll(second.keySet());
        for (String name : names) {
            try {
                files.look(name).ifPresent(part -> parts.put(name, part));
            } catch (AdapterException e) {
                // Perhaps a foreign file. If it is not, preflight has named it and write refuses it.
                if (e.reason() == Reason.UNAVAILABLE) {
                    throw e;
                }
            }
        }
        return new Snapshot(parts);
    }

    @Override
    public Map<Field, SecretValue> values(Snapshot snapshot, Set<Field> fields) {
        Map<Field, SecretValue> found = new TreeMap<>();
        for (Field field : fields) {
            Part part = snapshot.parts().get(fileOf(field, snapshot));
            if (part != null) {
                String text = text(field, part);
                found.put(
                        field,
                        SecretValue.of(
                                text.substring(0, text.length() - ending(text).length())));
            }
        }
        return found;
    }

    @Override
    public Snapshot render(Snapshot base, Map<Field, SecretValue> values) {
        SortedMap<String, Part> parts = new TreeMap<>(base.parts());
        Map<String, Field> given = new HashMap<>();
        values.forEach((field, value) -> {
            String text = value.reveal();
            if (text.endsWith("\n") || text.endsWith("\r")) {
                throw new AdapterException(
                        Reason.VALUE_REJECTED,
                        "field " + field + " in " + path
                                + ": found a value that ends with a line break, which is taken for the"
                                + " file's own; nothing was changed; keep the value without it and set newline: true");
            }
            String file = fileOf(field, base);
            Field twin = given.putIfAbsent(file, field);
            if (twin != null && !values.get(twin).equals(value)) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        "fields " + twin + " and " + field + " in " + path + ": found one file, " + file
                                + ", by a symbolic link, and two values for it; nothing was changed; publish one of the two,"
                                + " or make the link a file");
            }
            parts.compute(file, (name, now) -> now == null ? created(text) : replaced(field, now, text));
        });
        return new Snapshot(parts);
    }

    @Override
    public Snapshot without(Snapshot base, Set<Field> fields) {
        SortedMap<String, Part> parts = new TreeMap<>(base.parts());
        fields.forEach(field -> parts.remove(fileName(field)));
        return new Snapshot(parts);
    }

    private Part created(String text) {
        byte[] content = (text + (layout.newline() ? "\n" : "")).getBytes(UTF_8);
        return FileParts.part(content, Mode.parse(FileParts.MODE, layout.mode()), Ownership.forNew(directory()));
    }

    private Part replaced(Field field, Part now, String text) {
        boolean empty = now.content().length == 0;
        String ending = empty ? layout.newline() ? "\n" : "" : ending(text(field, now));
        return new Part((text + ending).getBytes(UTF_8), now.attributes());
    }

    @Override
    public Snapshot write(Fence fence, Snapshot expected, Snapshot next) {
        return files().write(fence, expected, next, this::create);
    }

    @Override
    public List<Finding> preflight() {
        Path directory = directory();
        FileFindings look = new FileFindings(links, Mode.parse(FileParts.MODE, layout.mode()), MountPoints.now());
        Mode.parse("directory-mode", layout.directoryMode());
        if (!Files.exists(directory)) {
            return look.directory(nearest(directory));
        }
        List<Finding> findings = new ArrayList<>(look.directory(directory));
        if (findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.BLOCKS)) {
            Set<String> names = names();
            for (String name : names) {
                findings.addAll(look.file(directory.resolve(name)));
            }
            files().secondNames(names)
                    .forEach((name, other) -> findings.add(Finding.warns(
                            "file " + directory.resolve(name),
                            "one file with " + other
                                    + ", by a symbolic link: fields of the two names cannot hold two values",
                            "a file for each name that is a field",
                            "publish one of the two names, or make the link a file")));
        }
        // A directory that several links lead to has been looked at once for each.
        return List.copyOf(new LinkedHashSet<>(findings));
    }

    private Path directory() {
        return links.resolve(path);
    }

    private FileSet files() {
        Path directory = directory();
        return new FileSet(name -> directory.resolve(checked(name)), links);
    }

    /** The names that may be values, in order; none if there is no directory. */
    private Set<String> names() {
        Path directory = directory();
        Set<String> names = new TreeSet<>();
        if (!Files.exists(directory)) {
            return names;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (isFileName(name) && name.endsWith(layout.suffix()) && Files.isRegularFile(entry)) {
                    names.add(name);
                }
            }
        } catch (IOException e) {
            throw FileTrouble.of("list", directory, e);
        }
        return names;
    }

    /** Creates the directory and those above it that are missing; the owner is that of the nearest that exists. */
    private void create() {
        Path directory = directory();
        Path existing = nearest(directory);
        Deque<Path> missing = new ArrayDeque<>();
        for (Path one = directory.toAbsolutePath(); !one.equals(existing); one = one.getParent()) {
            missing.push(one);
        }
        Mode mode = Mode.parse("directory-mode", layout.directoryMode());
        Ownership owner = Ownership.forNew(directory);
        for (Path one : missing) {
            try {
                Files.createDirectory(one);
                if (Ownership.privileged()) {
                    owner.giveTo(one);
                }
                mode.giveTo(one);
                TemporaryFile.sync(one.getParent());
            } catch (IOException e) {
                throw FileTrouble.of("create the directory", one, e, "no file was changed");
            }
        }
    }

    private static Path nearest(Path directory) {
        Path existing = directory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** The name under which a snapshot has the file of a field: another if the field's own is a link to that. */
    private String fileOf(Field field, Snapshot snapshot) {
        String name = fileName(field);
        Part part = snapshot.parts().get(name);
        return part == null ? name : part.attributes().getOrDefault(FileParts.LINK, name);
    }

    private String fileName(Field field) {
        return checked(field.name() + layout.suffix());
    }

    /** @throws AdapterException CONFIGURATION if the name would lead out of the directory or be hidden */
    private String checked(String name) {
        if (!isFileName(name) || name.equals(layout.suffix())) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    path + ": found the file name \"" + name
                            + "\", expected one without a slash that does not begin with a"
                            + " dot; nothing was changed; correct the field's name or the suffix in the manifest");
        }
        return name;
    }

    private static boolean isFileName(String name) {
        return !name.isEmpty()
                && !name.startsWith(".")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }

    /** What ends the file after the value. */
    private static String ending(String text) {
        return text.endsWith("\r\n") ? "\r\n" : text.endsWith("\n") ? "\n" : "";
    }

    private String text(Field field, Part part) {
        return Latin.toText(Latin.fromBytes(part.content()))
                .orElseThrow(() -> new AdapterException(
                        Reason.CONFIGURATION,
                        path + ", field " + field
                                + ": found bytes that are not UTF-8, expected text; nothing was changed; put"
                                + " a value there by hand"));
    }
}
