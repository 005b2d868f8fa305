package dev.keyturn.steps.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.SecretValue;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
    private static final String URL = "postgresql://{app.user}:{app}@db:5432/app";

    @ParameterizedTest
    @ValueSource(strings = {"a/b@c:d", "100% +?#[]&=", "ünï cödé 🔑", "quote'\"\\", "tab\tline\n", "-._~"})
    void anyPasswordGivesAUrlThatReadsBackTheSame(String password) throws Exception {
        String url = render(URL, Map.of("app.user", "o'hara@x", "app", password));

        URI uri = new URI(url);
        assertThat(uri.getHost()).isEqualTo("db");
        assertThat(uri.getPort()).isEqualTo(5432);
        assertThat(uri.getPath()).isEqualTo("/app");
        assertThat(uri.getUserInfo()).isEqualTo("o'hara@x:" + password);

        Properties read = org.postgresql.Driver.parseURL(
                "jdbc:postgresql://db:5432/app?user=x&password="
                        + uri.getRawUserInfo().split(":")[1],
                null);
        assertThat(read).isNotNull().containsEntry("password", password).containsEntry("PGDBNAME", "app");
        // What form decoders do with a plus sign does not matter, because none is left.
        assertThat(URLDecoder.decode(uri.getRawUserInfo(), StandardCharsets.UTF_8))
                .isEqualTo("o'hara@x:" + password);
    }

    @Test
    void onlyUnreservedCharactersStayAsTheyAre() {
        assertThat(render("{app}", Map.of("app", "aZ09-._~/:@é"))).isEqualTo("aZ09-._~%2F%3A%40%C3%A9");
    }

    @Test
    void theTextAroundStaysAsItIs() {
        assertThat(render("x%20 {{literal}} {app}{app.previous}", Map.of("app", "1", "app.previous", "0")))
                .isEqualTo("x%20 {literal} 10");
    }

    @Test
    void theReferencesAreListedInOrder() {
        assertThat(Template.parse(URL + "?old={key.previous}").references())
                .containsExactly(
                        new Reference("app", Reference.Part.USER),
                        new Reference("app", Reference.Part.VALUE),
                        new Reference("key", Reference.Part.PREVIOUS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "}", "{app", "app}", "{}", "{a b}", "{app.password}", "{app.user.user}", "{{app}"})
    void malformedTextIsRefused(String text) {
        assertThatThrownBy(() -> Template.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "postgres_password", "{{app}}"})
    void textWithoutAReferenceIsRefused(String text) {
        assertThatThrownBy(() -> Template.parse(text)).hasMessage("at least one {secret} in the text");
    }

    private static String render(String text, Map<String, String> values) {
        return Template.parse(text)
                .render(reference -> SecretValue.of(values.get(reference.toString())))
                .reveal();
    }
}
