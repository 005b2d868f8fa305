package dev.keyturn.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"", "LANG=C", "LC_CTYPE=POSIX", "LC_ALL=C"})
    void lettersBeyondAsciiAreReadWithoutALocale(String variable) throws Exception {
        Checkout checkout = Checkout.ofProgram(root);
        Map<String, String> variables =
                variable.isEmpty() ? Map.of() : Map.of(variable.split("=")[0], variable.split("=")[1]);
        // Octal, because what this process passes on depends on its own locale.
        Checkout.End end = checkout.shell(variables, """
                folder=$(printf '\\303\\274 dir'); mkdir "$folder" && cd "$folder" && touch file
                ../keyturn file "../$folder/file" "$(printf '\\303\\234bergabe')"
                """);
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).isEqualTo("file is there\n../ü dir/file is there\nÜbergabe\n");
    }

    @Test
    void aLocaleThatIsSetStays() throws Exception {
        Map<String, String> variables = Map.of("LC_CTYPE", "C.utf8", "LANG", "C");
        assertThat(Checkout.ofProgram(root)
                        .start(variables, "$LC_ALL", "$LC_CTYPE", "$LANG")
                        .out())
                .isEqualTo("null\nC.utf8\nC\n");
    }

    @Test
    void aSourceThatIsNewerThanTheBuildIsNamed() throws Exception {
        Checkout checkout = Checkout.ofProgram(root);
        Path source = Files.createDirectories(root.resolve("starter/src/main")).resolve("Changed.java");
        Files.writeString(source, "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(60)));
        assertThat(checkout.start(Map.of(), "word").err()).doesNotContain("newer");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(checkout.start(Map.of(), "word"))
                .isEqualTo(new Checkout.End(
                        0,
                        "word\n",
                        "keyturn: starter/src/main/Changed.java is newer than the build that runs. Next: cd '"
                                + root.toRealPath() + "' && ./mvnw -DskipTests package\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEYTURN_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void optionsThatJavaDoesNotTakeAreAUsageError(String variable) throws Exception {
        Checkout.End end = Checkout.ofProgram(root).start(Map.of(variable, "-bogus"), "word");
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.err()).contains("Java does not start", variable, "-bogus");
    }

    @Test
    void optionsThatJavaTakesReachIt() throws Exception {
        Checkout.End end = Checkout.ofProgram(root).start(Map.of("KEYTURN_JAVA_OPTIONS", "-Xmx96m -Da=b"), "word");
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).isEqualTo("word\n");
    }

    @Test
    void aCheckoutWhosePathHasAColonIsAUsageError() throws Exception {
        Checkout.End end = Checkout.ofProgram(root.resolve("a:b")).start(Map.of(), "word");
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.err()).contains("a:b", "colon");
    }

    @Test
    void theArchiveOfAnEarlierBuildIsRemoved() throws Exception {
        Checkout checkout = Checkout.ofProgram(root);
        checkout.start(Map.of(), "word");
        List<String> first = checkout.archives();
        assertThat(checkout.start(Map.of("TZ", "Asia/Tokyo"), "word").err()).isEmpty();
        Checkout.jar(checkout.lib().resolve("another-1.jar"), "another", new byte[0]);
        assertThat(checkout.start(Map.of(), "word").out()).isEqualTo("word\n");
        assertThat(checkout.archives()).hasSize(1).doesNotContainAnyElementsOf(first);
        assertThat(first).hasSize(1);
    }
}
