package dev.keyturn.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
        Checkout checkout = Checkout.in(root);
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
        assertThat(Checkout.in(root)
                        .start(variables, "$LC_ALL", "$LC_CTYPE", "$LANG")
                        .out())
                .isEqualTo("null\nC.utf8\nC\n");
    }
}
