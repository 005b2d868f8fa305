package dev.keyturn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rendering writes, and above all what it leaves alone. */
class EnvFileRenderingTest {
    private static final Path FILE = Path.of("/nowhere/.env");

    /** Pieces with a meaning to somebody, so that random values are nasty ones. */
    private static final String[] PIECES = {
        "a",
        "Z",
        "0",
        "'",
        "\"",
        "\\",
        "$",
        "#",
        " ",
        "\t",
        "\n",
        "\r",
        "{",
        "}",
        "=",
        ":",
        "é",
        "\u00A0",
        "\u3000",
        "😀",
        "${OTHER}",
        "$OTHER",
        "\\n",
        "\\$",
        "\\0123",
        "\\\"",
        "$$",
        "`",
        "!",
        "&",
        "\u0001",
        "\u007F",
        "\u0085",
        " #",
        "~",
    };

    /** Lines that are not Keyturn's, some of which no reader would take. */
    private static final String[] FOREIGN = {
        "# a comment",
        "# a blank line\n\n# within",
        "# blanks\n  \t \n# within",
        "OTHER=foreign",
        "  export INDENTED = 'x y'  # why",
        "YAML: style",
        "REFERS=${K1}-$K2",
        "ALONE",
        "EMPTY=",
        "LONG=\"two\nlines\"",
        "LATIN=\u00FCber # not UTF-8",
        "<<<<<<< no reader takes this",
    };

    @Test
    void anyValueIsReadBackTheSameAndForeignLinesStayByteForByte() {
        Random random = new Random(20261122);
        for (int round = 0; round < 6_000; round++) {
            String newline = random.nextInt(3) == 0 ? "\r\n" : "\n";
            List<String> lines = new ArrayList<>();
            List<String> keys = new ArrayList<>(List.of("K1", "K2", "K3"));
            for (int line = random.nextInt(8); line > 0; line--) {
                boolean owned = random.nextInt(3) == 0 && !keys.isEmpty();
                lines.add(
                        owned
                                ? owned(random, keys.remove(random.nextInt(keys.size())))
                                : FOREIGN[random.nextInt(FOREIGN.length)]);
            }
            String base = String.join(newline, lines) + (random.nextInt(4) == 0 ? "" : newline);
            base = random.nextInt(10) == 0 ? ComposeDialect.BYTE_ORDER_MARK + base : base;
            Map<Field, SecretValue> values = new TreeMap<>();
            for (int key = 1; key <= 3; key++) {
                if (random.nextInt(3) > 0) {
                    values.put(new Field("K" + key), SecretValue.of(nasty(random)));
                }
            }
            Publisher publisher = Publishers.envFile(FILE);
            Snapshot next = publisher.render(snapshot(base), values);

            assertThat(publisher.values(next, values.keySet())).isEqualTo(values);
            assertThat(publisher.render(next, values)).isEqualTo(next);
            int at = base.startsWith(ComposeDialect.BYTE_ORDER_MARK) ? 3 : 0;
            boolean exactlyHere = true;
            for (String line : lines) {
                boolean foreign = List.of(FOREIGN).contains(line);
                if (foreign) {
                    assertThat(text(next).indexOf(line, at)).isGreaterThanOrEqualTo(at);
                    assertThat(!exactlyHere || text(next).startsWith(line, at)).isTrue();
                    at = text(next).indexOf(line, at) + line.length();
                    at += text(next).startsWith(newline, at) ? newline.length() : 0;
                }
                exactlyHere = foreign;
            }
        }
    }

    private static String owned(Random random, String key) {
        String[] forms = {
            key + "=old",
            "export " + key + "='old value' # why",
            "  " + key + " = \"o\\\"ld\"",
            key + "=",
            key + ": old",
            key,
            key + "=\"x\"# tight",
            key + "= # odd",
            key + "=old # why",
            key + "='two\nlines'  ",
            key + "=$OTHER",
        };
        return forms[random.nextInt(forms.length)];
    }

    private static String nasty(Random random) {
        StringBuilder value = new StringBuilder();
        for (int pieces = random.nextInt(9); pieces > 0; pieces--) {
            value.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return value.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "postgres://u:p%40@db:5432/x?y=1 | 'postgres://u:p%40@db:5432/x?y=1'",
                "abcXYZ019_./:@%+=,-             | abcXYZ019_./:@%+=,-",
                "^^                              | ''",
                "two words                       | 'two words'",
                "a#b$c\"d\\e`f                   | 'a#b$c\"d\\e`f'",
                "it's $5                         | \"it's \\$5\"",
                "ends with \\                    | \"ends with \\\\\"",
                "a~b                             | \"a\\nb\"",
            })
    void aValueIsQuotedOnlyAsMuchAsItNeeds(String value, String written) {
        Snapshot next =
                Publishers.envFile(FILE).render(Snapshot.EMPTY, Publishers.values("K", value.replace('~', '\n')));
        assertThat(text(next)).isEqualTo("K=" + written + "\n");
    }

    @Test
    void onlyTheValueIsReplacedWithinItsLine() {
        assertThat(rendered("  export K = 'old' # keep\r\nB=1", "K", "new", "C", "2"))
                .isEqualTo("  export K = new # keep\r\nB=1\r\nC=2");
        assertThat(rendered("K: old\n\n\n", "K", "new")).isEqualTo("K: new\n\n\n");
        assertThat(rendered("K=\"old\"# tight\n", "K", "new")).isEqualTo("K='new'# tight\n");
        assertThat(rendered("K=   \r\nB=1\r\n", "K", "new")).isEqualTo("K=new   \r\nB=1\r\n");
        assertThat(rendered("K\nB=1\n", "K", "new")).isEqualTo("K=new\nB=1\n");
    }

    @Test
    void missingKeysAreAddedAtTheEndInTheFilesHabit() {
        assertThat(rendered("A=1\n", "C", "3", "B", "2")).isEqualTo("A=1\nB=2\nC=3\n");
        assertThat(rendered("A=1", "B", "2")).isEqualTo("A=1\nB=2");
        assertThat(rendered("A=1\r\n", "B", "2")).isEqualTo("A=1\r\nB=2\r\n");
        assertThat(rendered("", "B", "2")).isEqualTo("B=2\n");
    }

    @Test
    void aLineThatRefersToAnotherKeyStaysWhenItSaysTheRightThing() {
        String base = "PW=old\nURL=\"redis://:${PW}@cache\"\n";
        assertThat(rendered(base, "PW", "new", "URL", "redis://:new@cache"))
                .isEqualTo("PW=new\nURL=\"redis://:${PW}@cache\"\n");
        assertThat(rendered(base, "PW", "new", "URL", "redis://:other@cache"))
                .isEqualTo("PW=new\nURL=redis://:other@cache\n");
    }

    @Test
    void aKeyThatStandsTwiceIsNeverHalfChanged() {
        assertThatThrownBy(() -> rendered("K=1\nA=2\nexport K=3\n", "K", "new"))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION))
                .hasMessageContaining("key K")
                .hasMessageContaining("lines 1, 3");
        assertThat(rendered("A=1\nA=2\nK=3\n", "K", "new")).isEqualTo("A=1\nA=2\nK=new\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1K", "K K", "K=1", "K\n"})
    void aKeyThatNoReaderTakesIsRefused(String key) {
        assertThatThrownBy(() -> rendered("", key, "x"))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
    }

    @Test
    void aValueThatCannotBeWrittenIsRejectedWithoutBeingQuoted() {
        for (String[] one : new String[][] {{"compose", "canary\0"}, {"plain", "canary\n"}, {"plain", "canary\r"}}) {
            Publisher publisher = Publishers.envFile(FILE, "quoting", one[0]);
            assertThatThrownBy(() -> publisher.render(Snapshot.EMPTY, Publishers.values("K", one[1])))
                    .isInstanceOfSatisfying(
                            AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.VALUE_REJECTED))
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void plainValuesAreWrittenAsTheyStand() {
        Publisher publisher = Publishers.envFile(FILE, "quoting", "plain");
        Map<Field, SecretValue> values = Publishers.values("K", " 'a' \"b\" #$x\\", "L", "2");
        Snapshot next = publisher.render(snapshot("<<< junk\r\nK=old # part of it\r\n"), values);
        assertThat(text(next)).isEqualTo("<<< junk\r\nK= 'a' \"b\" #$x\\\r\nL=2\r\n");
        assertThat(publisher.values(next, values.keySet())).isEqualTo(values);
    }

    @Test
    void anExistingFileKeepsItsModeAndANewOneGetsTheManifests() {
        Publisher publisher = Publishers.envFile(FILE, "mode", "0640");
        assertThat(publisher
                        .render(Snapshot.EMPTY, Publishers.values("K", "x"))
                        .parts()
                        .get(".env")
                        .attributes())
                .containsEntry("mode", "0640")
                .containsKeys("owner", "group");
        assertThat(publisher
                        .render(snapshot("K=1\n"), Publishers.values("K", "x"))
                        .parts()
                        .get(".env")
                        .attributes())
                .isEqualTo(Map.of("mode", "0444"));
    }

    @Test
    void aKeyIsTakenAwayWithItsLinesAndNothingElse() {
        assertThat(without("A=1\nK=x # why\nB=2\n")).isEqualTo("A=1\nB=2\n");
        assertThat(without("A=1\r\n  export K='x\ny'\r\n# about B\r\nB=2")).isEqualTo("A=1\r\n# about B\r\nB=2");
        assertThat(without("A=1\r\nK=x")).isEqualTo("A=1");
        assertThat(without("K=x")).isEmpty();
        assertThat(without("K\nKK=${K}\n")).isEqualTo("KK=${K}\n");
    }

    private static String without(String base) {
        return text(Publishers.envFile(FILE).without(snapshot(base), Set.of(new Field("K"))));
    }

    private static String rendered(String base, String... pairs) {
        return text(Publishers.envFile(FILE).render(snapshot(base), Publishers.values(pairs)));
    }

    private static Snapshot snapshot(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Snapshot(new TreeMap<>(Map.of(".env", new Snapshot.Part(bytes, Map.of("mode", "0444")))));
    }

    private static String text(Snapshot snapshot) {
        return new String(snapshot.parts().get(".env").content(), StandardCharsets.ISO_8859_1);
    }
}
