package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.ManifestReference;
import dev.keyturn.steps.manifest.ManifestSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Documents that are made from declarations are those of this source. {@code -Dkeyturn.write-docs=true} writes them anew. */
class DocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final List<Technology> INSTALLED = ServiceLoader.load(Technology.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(Technology::name))
            .toList();

    @Test
    void theManifestReferenceIsUpToDate() throws Exception {
        assertUpToDate("manifest.md", ManifestReference.of(INSTALLED));
    }

    @Test
    void theManifestSchemaIsUpToDate() throws Exception {
        assertUpToDate("manifest.schema.json", ManifestSchema.of(INSTALLED));
    }

    private static void assertUpToDate(String name, String made) throws IOException {
        Path file = DOCS.resolve(name);
        if (Boolean.getBoolean("keyturn.write-docs")) {
            Files.createDirectories(DOCS);
            Files.writeString(file, made);
        }
        assertThat(file)
                .as("write it with ./mvnw test -pl system-tests -am -Dtest=DocumentsTest -Dkeyturn.write-docs=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .content()
                .isEqualTo(made);
    }
}
