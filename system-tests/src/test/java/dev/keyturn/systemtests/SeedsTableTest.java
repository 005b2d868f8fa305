package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The table of features that the five source systems had: each row that is built has a test whose name begins with the row. */
class SeedsTableTest {
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern NAME = Pattern.compile("@DisplayName\\(\\s*\"([^\"]*)");

    static final List<String> ROWS = List.of(
            "secret registry",
            "generators",
            "preserve by default, force on request",
            "verify",
            "consistency of every copy",
            "list, masked",
            "encrypted versioned backup",
            "PostgreSQL, several roles at once",
            "superuser's own password",
            "Redis",
            "zero downtime",
            "JWT overlap",
            "derived URLs",
            "provided secrets",
            "selective rotation",
            "preflight",
            "post-checks with real logins",
            "automatic rollback",
            "durable resume, one rotation per environment",
            "no secret outside its stores",
            "audit and run report");

    @ParameterizedTest
    @FieldSource("ROWS")
    void everyRowThatIsBuiltIsNamedByATest(String row) throws IOException {
        assertThat(names()).anyMatch(name -> name.startsWith(row + ":") || name.equals(row));
    }

    private static List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith("Test.java"))
                    .flatMap(file -> NAME.matcher(Drill.read(file)).results())
                    .map(found -> found.group(1))
                    .collect(Collectors.toList());
        }
    }
}
