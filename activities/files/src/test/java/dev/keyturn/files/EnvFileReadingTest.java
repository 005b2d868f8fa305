package dev.keyturn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person wrote is read as Docker Compose reads it: each expectation was compared with compose-go 2.0.2 and 2.16.2. */
class EnvFileReadingTest {
    @TempDir
    Path directory;

    /** A tilde stands for a newline. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "K=plain                 | plain",
                "K=                      | ^^",
                "K = spaced              | spaced",
                "  K=indented            | indented",
                "export K=exported       | exported",
                "K: yaml                 | yaml",
                "K=two words             | two words",
                "K=a#b                   | a#b",
                "K=a # comment           | a",
                "K= # no comment         | # no comment",
                "K=it's                  | it's",
                "K=back\\nslash          | back\\nslash",
                "K=pa$$word              | pa$word",
                "K=5$                    | 5$",
                "K=5$1                   | 5$1",
                "K='a # b' # comment     | a # b",
                "K='$A \\n'              | $A \\n",
                "K='it\\'s'              | it's",
                "K='end\\\\'             | end\\\\",
                "K=\"a\\\"b\"            | a\"b",
                "K=\"a\\tb\\nc\"         | ^a\tb~c^",
                "K=\"a\\\\nb\"           | a\\nb",
                "K=\"\\$A $$ \\0101\"    | $A $ A",
                "K=\"\\0400 \\07 \\c\"   | \\400 \\7 \\c",
                "K=\"two~lines\"         | two~lines",
                "K='two~lines'           | two~lines",
                "A=x~K=$A-${A}           | x-x",
                "A=x~K='$A'              | $A",
                "A=x~K=\"$A\"            | x",
                "K=${A:-d}               | d",
                "K=${A-${B:-n}}.${C:-m}  | n.m",
                "A=~K=${A-d}${A:-e}      | e",
                "A=x~K=${A:+r}${B+s}     | r",
                "A=x~K=${A:?why}         | x",
                "K=$UNKNOWN.             | .",
                "K=first~K=last          | last",
                "A=\"x\" K=same-line     | same-line",
                "# K=no~K=yes            | yes",
                "A=\"~K=no~\"~K=yes      | yes",
            })
    void aHandWrittenValueIsReadAsComposeReadsIt(String text, String expected) throws IOException {
        assertThat(valueOf(text.replace('~', '\n')))
                .isEqualTo(Map.of(new Field("K"), SecretValue.of(expected.replace('~', '\n'))));
    }

    @Test
    void carriageReturnsAndAByteOrderMarkAreNoPartOfAValue() throws IOException {
        assertThat(valueOf("\uFEFFK=a\r\nB=b\r\n")).isEqualTo(Publishers.values("K", "a"));
        assertThat(valueOf("K='a'\r\nB=b\r\n")).isEqualTo(Publishers.values("K", "a"));
    }

    @Test
    void aKeyWithoutAValueIsNotThere() throws IOException {
        assertThat(valueOf("K\nA=b\n")).isEmpty();
        assertThat(valueOf("A=b\nK")).isEmpty();
        assertThat(valueOf("A=b\n")).isEmpty();
    }

    @Test
    void aValueThatComposeWouldRefuseIsRefusedWithoutBeingQuoted() throws IOException {
        for (String text : new String[] {"K=canary${", "K=canary${A?}", "K='canary", "A=\"canary\nK=canary\n"}) {
            assertThatThrownBy(() -> valueOf(text))
                    .isInstanceOfSatisfying(
                            AdapterException.class,
                            e -> assertThat(e.reason()).isEqualTo(AdapterException.Reason.CONFIGURATION))
                    .hasMessageContaining("line")
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void plainValuesStandAsTheyAre() throws IOException {
        Path file = directory.resolve("plain.env");
        Files.writeString(file, "# K=0\nA='q'\r\nK= \"x\" # $y '\r\nexport B=\nC\n", StandardCharsets.UTF_8);
        Publisher publisher = Publishers.envFile(file, "quoting", "plain");
        Set<Field> fields = Set.of(new Field("A"), new Field("K"), new Field("B"), new Field("C"));
        assertThat(publisher.values(publisher.read(), fields))
                .isEqualTo(Publishers.values("A", "'q'", "K", " \"x\" # $y '", "B", ""));
    }

    private Map<Field, SecretValue> valueOf(String text) throws IOException {
        Path file = directory.resolve(".env");
        Files.writeString(file, text, StandardCharsets.UTF_8);
        Publisher publisher = Publishers.envFile(file);
        return publisher.values(publisher.read(), Set.of(new Field("K")));
    }
}
