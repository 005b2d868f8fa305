package dev.keyturn.steps.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Finding.Severity;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Policy;
import dev.keyturn.steps.manifest.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidedValuesTest {
    private static final String REAL = "GOCSPX-4nQ7vYx2LmKp9sTtW3zRb8Hd";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void placeTheFile() {
        file = folder.resolve("user-provided.env");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KEY=%s",
                "KEY = %s  ",
                "export KEY=%s",
                "# KEY=other\n\nOTHER='x $y'\nKEY=%s # theirs",
                "KEY='%s'",
                "KEY=\"%s\" # theirs",
                "\uFEFFKEY=%s\r\nOTHER=${NOT_ASKED}\r\n"
            })
    void aValueIsReadAsComposeReadsIt(String text) throws Exception {
        write(text.formatted(REAL));

        assertThat(read().value()).contains(SecretValue.of(REAL));
        assertThat(read().findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "'it is $5 and #1 \\ long',it is $5 and #1 \\ long",
                "\"a \\\"b\\\" \\\\ \\$c ' and more\",a \"b\" \\ $c ' and more",
                "abc#no-comment-inside-here=,abc#no-comment-inside-here="
            })
    void quotesAndEscapesAreThoseOfCompose(String written, String value) throws Exception {
        write("KEY=" + written);

        assertThat(read().value()).contains(SecretValue.of(value));
    }

    @Test
    void aMissingFileBlocksAndNamesTheFileAndTheKey() {
        assertBlocks("no such file", "KEY in " + file);
    }

    @Test
    void aDirectoryInThePlaceOfTheFileBlocks() throws Exception {
        Files.createDirectory(file);

        assertBlocks("a directory", file.toString());
    }

    @Test
    void aMissingKeyBlocks() throws Exception {
        write("OTHER=" + REAL);

        assertBlocks("no such key", "KEY in " + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEY=", "KEY=''", "KEY= # later"})
    void anEmptyValueBlocks(String text) throws Exception {
        write(text);

        assertBlocks("an empty value", "KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"your-google-client-secret-here", "CHANGE_ME_BEFORE_YOU_DEPLOY_THIS", "placeholder0123456789"})
    void aPlaceholderBlocksInProductionAndWarnsInDevelopment(String value) throws Exception {
        write("KEY=" + value);

        assertBlocks("the placeholder word", "secret oidc");
        ProvidedValues.Reading development = ProvidedValues.read(secret(), provided(), false);
        assertThat(development.value()).contains(SecretValue.of(value));
        assertThat(development.findings()).extracting(Finding::severity).containsExactly(Severity.WARNS);
    }

    @Test
    void aValueThatIsTooShortBlocks() throws Exception {
        write("KEY=" + REAL.substring(0, 10));

        assertBlocks("a value of 10 characters", "secret oidc");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "KEY,a line of another form",
                "KEY=abc$def,a $",
                "KEY=\"abc${def}\",a $ in double quotes",
                "KEY=\"abc\\qdef\",an unknown escape",
                "KEY='abc,a quote that does not end",
                "KEY='abc' def,a quote that does not end",
                "KEY='abc'def,a quote that does not end",
                "KEY=abc'def,a quote or a backslash",
                "1KEY=abc,a line of another form"
            })
    void aLineThatIsNotUnderstoodBlocksWithItsNumberAndWithoutItsText(String line, String found) throws Exception {
        write("# first\n" + line + "\n");

        assertBlocks(found, file + ":2");
        assertThat(read().findings().toString()).doesNotContain("abc");
    }

    @Test
    void aKeyWrittenTwiceBlocks() throws Exception {
        write("KEY=" + REAL + "\nKEY=" + REAL + "\n");

        assertBlocks("the key a second time", file + ":2");
    }

    @Test
    void bytesThatAreNotUtf8Block() throws Exception {
        Files.write(file, "KEY=caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));

        assertBlocks("not UTF-8", file.toString());
    }

    @Test
    void aFileOfAnySizeEndsSoon() throws Exception {
        write("KEY=\"" + "\\\\".repeat(300_000) + "\"");
        assertBlocks("a value of 300000 characters", "oidc");
        write("KEY=" + " ".repeat(900_000) + "x\" ");
        assertBlocks("a quote", file + ":1");
        write("KEY=" + "x".repeat(1 << 20));
        assertBlocks("more than 1 MiB", file.toString());
    }

    @Test
    void aFileThatOthersCanReadWarns() throws Exception {
        write("KEY=" + REAL);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(read().value()).contains(SecretValue.of(REAL));
        assertThat(read().findings()).extracting(Finding::next).containsExactly("chmod 600 " + file);
    }

    private void assertBlocks(String found, String named) {
        ProvidedValues.Reading reading = read();
        assertThat(reading.value()).isEmpty();
        assertThat(reading.findings()).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.BLOCKS);
            assertThat(finding.found()).contains(found);
            assertThat(finding.object() + " " + finding.found()).contains(named);
            assertThat(finding.next()).isNotEmpty();
        });
    }

    private ProvidedValues.Reading read() {
        return ProvidedValues.read(secret(), provided(), true);
    }

    private Kind.Provided provided() {
        return new Kind.Provided(file, "KEY");
    }

    private Secret secret() {
        return new Secret("oidc", provided(), Optional.empty(), new Policy(20, 4096, Optional.empty()));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
