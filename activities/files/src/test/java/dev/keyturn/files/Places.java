package dev.keyturn.files;

import dev.keyturn.spi.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Looks at a publication, and makes it, past the adapter. */
final class Places {
    private Places() {}

    /** Makes the files be exactly so; those called README are nobody's part and stay. */
    static void put(Path directory, Snapshot snapshot, UnaryOperator<Path> fileOf) {
        try {
            for (Path file : files(directory)) {
                if (!file.endsWith("README")) {
                    Files.delete(file);
                }
            }
            for (Map.Entry<String, Snapshot.Part> part : snapshot.parts().entrySet()) {
                Path file = fileOf.apply(Path.of(part.getKey()));
                Files.write(file, part.getValue().content());
                int mode = Integer.parseInt(part.getValue().attributes().get(FileParts.MODE), 8);
                Files.setAttribute(file, "unix:mode", mode);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every file with its mode, owner and content, and the directory's own mode and owner. */
    static String found(Path directory) {
        try {
            StringBuilder found = new StringBuilder(attributes(directory));
            for (Path file : files(directory)) {
                found.append(attributes(file))
                        .append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
            return found.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static String attributes(Path path) throws IOException {
        return "\n" + path.getFileName() + " " + Files.readAttributes(path, "unix:mode,uid,gid") + "\n";
    }
}
