package dev.keyturn.steps.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class ManifestSchemaTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ManifestSchema.of(FakeTechnologies.ALL), InputFormat.JSON);

    @TempDir
    Path folder;

    static Stream<Path> samples() {
        return Samples.all().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aValidSamplePassesReaderAndSchema(Path sample) throws Exception {
        assertThat(ManifestReader.read(sample, FakeTechnologies.ALL).secrets()).isNotEmpty();
        assertThat(bySchema(Files.readString(sample))).isEmpty();
    }

    /** Each row: what is replaced in the sample with eleven secrets, and by what. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "environment: prod | environment: PROD",
                "environment: prod | environment: 12",
                "environment: prod | environment:",
                "environment: prod | name: prod",
                "patience: 5m | patience: 5 minutes",
                "patience: 5m | patience: 300",
                "patience: 5m | production: perhaps",
                "patience: 5m | schedule: {cron: x}",
                "servers: | server:",
                "secrets: | secret:",
                "  main: {postgres | main server: {postgres",
                "{postgres: {host | {oracle: {host",
                "{postgres: {host: 127.0.0.1 | {postgres: {hostname: 127.0.0.1",
                "port: 5432 | port: high",
                "port: 5432 | port: 5432.5",
                "port: 5432 | port: 99999999999",
                "tls: require | tls: sometimes",
                ", admin: redis_password | ''",
                "[\"127.0.0.1:6380\"] | \"127.0.0.1:6380\"",
                "[\"127.0.0.1:6380\"] | [6380]",
                "hex(32) | hex",
                "hex(32) | rot13(32)",
                "{generate: hex(32), minimum: 32} | {minimum: 32}",
                "{generate: hex(32), minimum: 32} | {generate: hex(32), immutable: why}",
                "{generate: hex(32), minimum: 32} | []",
                "minimum: 16 | minimum: few",
                "overlap: 24h | overlap: 1 day",
                "user: app_user | users: [a, b]",
                "user: app_user | user: \"\"",
                "user: app_user | user: 7",
                "login: false | login: \"no\"",
                ", key: OIDC_GOOGLE_CLIENT_SECRET | ''",
                "key: OIDC_GOOGLE_CLIENT_SECRET | key: A B",
                "path: infra/secrets/keys, | ''",
                "path: infra/secrets/keys | path: ~/keys",
                "mode: \"0600\" | mode: 0600",
                "REDIS_URL: redis_url | REDIS_URL: redis_url.password",
                "REDIS_URL: redis_url | REDIS_URL: [redis_url]",
                "  - key-directory: | - key-directory: keys\\n    env-file:",
                "command: [docker, compose, up, -d, --force-recreate, app] | start-time: 3s",
                "command: [docker, compose, up, -d, --force-recreate, app] | command: docker compose up",
                "uses: [postgres_temporal_pw] | uses: postgres_temporal_pw",
                "[{http: \"http://127.0.0.1:8000/health\"}] | {http: \"http://127.0.0.1:8000/health\"}",
                "[{http: \"http://127.0.0.1:8000/health\"}] | [{http: 8000}]",
                "[{http: \"http://127.0.0.1:8000/health\"}] | [{tcp: 8000}]",
                "service: postgres} | ports: postgres}",
                "uses: [postgres_password] | hosts: main",
                "store: {directory | store: {folder",
                "keep: 8, | keep: some,",
                "keep: 8, | keep: null,",
                ", passphrase-file: /etc/keyturn/backup.pass | ''"
            })
    void aStructuralErrorIsFoundByReaderAndBySchema(String old, String replacement) throws Exception {
        String valid = Files.readString(Samples.path("s2-eleven-secrets.yml"));
        String text = valid.replaceFirst(
                Pattern.quote(old),
                Matcher.quoteReplacement(replacement.equals("''") ? "" : replacement.replace("\\n", "\n")));
        assertThat(text).isNotEqualTo(valid);

        Path file = Files.writeString(folder.resolve("manifest.yml"), text);
        assertThatThrownBy(() -> ManifestReader.read(file, FakeTechnologies.ALL))
                .isInstanceOf(ManifestException.class);
        assertThat(bySchema(text)).isNotEmpty();
    }

    @Test
    void theSchemaItselfIsValid() throws Exception {
        Schema meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(ManifestSchema.of(FakeTechnologies.ALL), InputFormat.JSON))
                .isEmpty();
        assertThat(meta.validate(ManifestSchema.of(List.of()), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void theReferenceNamesEverySettingOnce() {
        String reference = ManifestReference.of(FakeTechnologies.ALL);

        FakeTechnologies.ALL.forEach(technology -> {
            assertThat(reference).containsOnlyOnce("\n### `" + technology.name() + "`\n");
            technology.settings().forEach(s -> assertThat(reference).contains("| `" + s.name() + "` | "));
        });
        assertThat(reference).containsOnlyOnce("| `overlap` |").containsOnlyOnce("| `passphrase-file` |");
    }

    @Test
    void theExampleOfTheReferenceIsValid() throws Exception {
        String reference = ManifestReference.of(FakeTechnologies.ALL);
        String example = reference.substring(reference.indexOf("```yaml\nenvironment") + 8);
        example = example.substring(0, example.indexOf("```"));
        Path file = Files.writeString(folder.resolve("manifest.yml"), example);

        assertThat(ManifestReader.read(file, FakeTechnologies.ALL).services()).containsOnlyKeys("app");
        assertThat(bySchema(example)).isEmpty();
    }

    private static List<Error> bySchema(String yaml) throws Exception {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        Object loaded = new Load(settings).loadFromString(yaml);
        return SCHEMA.validate(new ObjectMapper().writeValueAsString(loaded), InputFormat.JSON);
    }
}
