package dev.keyturn.steps.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sample manifests among the test resources. */
final class Samples {
    private Samples() {}

    static Path path(String name) {
        try {
            return Path.of(Samples.class.getResource("/manifests/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static List<Path> all() {
        try (Stream<Path> files = Files.list(path("s2-eleven-secrets.yml").getParent())) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
