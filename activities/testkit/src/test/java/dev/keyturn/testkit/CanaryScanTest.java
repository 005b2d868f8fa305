package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keyturn.spi.SecretValue;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanaryScanTest {
    private static final String VALUE = "p~w/ö+\"\\ \u00ff?x>>";

    @TempDir
    Path folder;

    static Stream<String> everyForm() {
        byte[] bytes = VALUE.getBytes(UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        String percent = HexFormat.of().withPrefix("%").formatHex(bytes);
        String form = URLEncoder.encode(VALUE, UTF_8);
        Stream<String> plain = Stream.of(
                VALUE,
                hex,
                hex.toUpperCase(Locale.ROOT),
                percent,
                percent.toUpperCase(Locale.ROOT),
                form,
                form.replace("+", "%20").replace("%7E", "~"),
                form.replace("%2F", "%2f")
                        .replace("%C3", "%c3")
                        .replace("%B6", "%b6")
                        .replace("%2B", "%2b")
                        .replace("%5C", "%5c")
                        .replace("%BF", "%bf")
                        .replace("%3F", "%3f")
                        .replace("%3E", "%3e")
                        .replace("%7E", "%7e"),
                VALUE.replace("\\", "\\\\").replace("\"", "\\\""));
        Stream<String> base64 = IntStream.range(0, 6)
                .boxed()
                .flatMap(before -> Stream.of(
                                Base64.getEncoder(), Base64.getUrlEncoder().withoutPadding())
                        .map(e -> e.encodeToString(
                                ("a:bcde".substring(0, before) + VALUE + "{}".repeat(before)).getBytes(UTF_8))));
        return Stream.concat(plain, base64);
    }

    @ParameterizedTest
    @MethodSource("everyForm")
    void eachFormIsFoundWhereverItStands(String written) {
        for (String before : List.of("", "x", "some text, then =")) {
            assertThat(scan(VALUE).text("log", before + written + " after").hits())
                    .isNotEmpty()
                    .allMatch(h -> h.place().equals("log") && h.value() == 0);
        }
    }

    @Test
    void theFormIsNamedAndTheValueIsNot() {
        CanaryScan.Hit hit = scan("other-value", "secret-value")
                .text("log", "x" + Base64.getEncoder().encodeToString("secret-value".getBytes(UTF_8)))
                .hits()
                .get(0);
        assertThat(hit).isEqualTo(new CanaryScan.Hit("log", "base64", 1));
        assertThat(hit.toString()).doesNotContain("secret-value");
    }

    @ParameterizedTest
    @MethodSource("everyForm")
    void aNearMissIsNotFound(String written) {
        assertThat(scan(VALUE).text("log", written.substring(0, 9)).hits()).isEmpty();
        for (String other : List.of("p~w/Ö+\"\\ \u00ff?x>>", "p~w/ö+\"\\ \u00ff?X>>", "pw~/ö+\"\\ \u00ff?x>>")) {
            assertThat(scan(other).text("log", written).hits()).isEmpty();
        }
    }

    @Test
    void aValueThatChanceWouldFindIsNotTaken() {
        assertThatIllegalArgumentException().isThrownBy(() -> scan("1234567")).withMessageNotContaining("1234567");
    }

    @Test
    void anExceptionIsSearchedWithItsCausesAndWhatItSuppressed() {
        Exception cause = new Exception("outer", new Exception("in the cause: secret-value"));
        Exception suppressed = new Exception("outer");
        suppressed.addSuppressed(new Exception("secret-value"));
        assertThat(scan("secret-value")
                        .thrown("cause", cause)
                        .thrown("suppressed", suppressed)
                        .hits())
                .extracting(CanaryScan.Hit::place)
                .containsExactly("cause", "suppressed");
    }

    @Test
    void filesAreFoundInEveryFolderBelowByContentAndByName() throws IOException {
        Path below = Files.createDirectories(folder.resolve("a/b"));
        Path content = Files.writeString(below.resolve("content"), "so: secret-value\n");
        Files.writeString(below.resolve("secret-value.txt"), "nothing");
        Files.writeString(below.resolve("clean"), "nothing");
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        CanaryScan scan = scan("secret-value").folder(folder);
        assertThat(scan.hits())
                .extracting(CanaryScan.Hit::place)
                .containsExactlyInAnyOrder(content.toString(), "name of a file in " + below);
        assertThat(scan.unread()).isEmpty();
    }

    @Test
    void aValueAcrossTwoChunksOfALargeFileIsFound() throws IOException {
        for (int at : List.of((1 << 20) - 5, (1 << 20), 3 * (1 << 20) - 1, 2 * (1 << 20) - 12)) {
            byte[] content = new byte[4 << 20];
            byte[] value = "secret-value".getBytes(UTF_8);
            System.arraycopy(value, 0, content, at, value.length);
            Path file = Files.write(folder.resolve("large"), content);
            assertThat(scan("secret-value").file(file).hits()).as("at " + at).hasSize(1);
        }
    }

    @Test
    void aFileThatIsGoneIsNoTroubleAndOneThatCannotBeReadIsTold() throws IOException {
        CanaryScan scan = scan("secret-value").file(folder.resolve("gone")).file(folder);
        assertThat(scan.hits()).isEmpty();
        assertThat(scan.unread()).containsExactly(folder.toString());
    }

    @Test
    void argumentsAndEnvironmentsOfProcessesAreFound() throws Exception {
        String argument = UUID.randomUUID().toString();
        String variable = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "read line", argument);
        builder.environment().put("PASSED_ON", variable);
        Process process = builder.start();
        try {
            String of = "/proc/" + process.pid() + "/";
            assertThat(scan(argument, variable).processes(Map.of()).hits())
                    .containsExactlyInAnyOrder(
                            new CanaryScan.Hit(of + "cmdline", "raw", 0), new CanaryScan.Hit(of + "environ", "raw", 1));
            assertThat(scan(argument, variable)
                            .processes(Map.of(process.pid(), "it takes them by its nature"))
                            .hits())
                    .isEmpty();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void theTemporaryFolderIsSearchedForWhatIsNew() throws IOException {
        String value = UUID.randomUUID().toString();
        Path file = Files.createTempFile("canary", ".txt");
        try {
            Files.writeString(file, value);
            assertThat(scan(value)
                            .temporaryFolder(Instant.now().minusSeconds(2))
                            .hits())
                    .extracting(CanaryScan.Hit::place)
                    .contains(file.toString());
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aHundredMegabytesTakeSecondsWithFiftyValues() throws IOException {
        Path file = folder.resolve("large");
        byte[] block = new byte[1 << 20];
        new Random(1).nextBytes(block);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 100; i++) {
                out.write(block);
            }
        }
        CanaryScan scan = CanaryScan.of(Stream.generate(UUID::randomUUID)
                .limit(50)
                .map(u -> SecretValue.of(u.toString()))
                .toList());
        Instant start = Instant.now();
        assertThat(scan.file(file).bytes()).isEqualTo(100L << 20);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    private static CanaryScan scan(String... values) {
        return CanaryScan.of(Stream.of(values).map(SecretValue::of).toList());
    }
}
