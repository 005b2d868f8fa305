package dev.keyturn.steps.manifest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyturn.steps.manifest.ManifestException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestProblemsTest {
    private static final String VALID = """
            environment: prod
            servers:
              main: {postgres: {host: db, admin: admin_pw}}
            secrets:
              admin_pw: {generate: alphanumeric(32), account: {server: main, user: postgres}}
              app_pw: {generate: alphanumeric(32), account: {server: main, user: app}}
              key: {generate: hex(32), overlap: 1h}
              salt: {immutable: rows depend on it}
              url: {derive: "postgresql://{app_pw.user}:{app_pw}@db/app"}
            publish:
              - env-file: {path: .env, keys: {URL: url, KEY: key, KEY_OLD: key.previous}}
            services:
              app: {compose: {file: compose.yml, service: app}, uses: [url, key]}
            """;

    @TempDir
    Path folder;

    @Test
    void theManifestThatTheseTestsSpoilIsValid() throws Exception {
        assertThat(read(VALID).secrets()).hasSize(5);
    }

    /** Each row: what is replaced, by what, and the problem: line:column, found, expected. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // names that are not there
                "{server: main, user: app} | {server: mian, user: app} | 6:58 | `mian` | did you mean `main`",
                "admin: admin_pw | admin: admin_pv | 3:38 | `admin_pv` | did you mean `admin_pw`",
                "{postgres: {host | {postgre: {host | 3:10 | `postgre` | did you mean `postgres`",
                "env-file: {path | env-fiel: {path | 11:5 | `env-fiel` | did you mean `env-file`",
                "{compose: {file | {docker-compose: {file | 13:9 | `docker-compose` | one of command, compose",
                "{compose: {file | {http: {file | 13:9 | `http` | a name that belongs here",
                "URL: url, | URL: ulr, | 11:40 | `ulr` | did you mean `url`",
                "uses: [url, key] | uses: [url, kee] | 13:65 | `kee` | did you mean `key`",
                "{app_pw}@db | {app_pq}@db | 9:17 | `app_pq` | did you mean `app_pw`",
                "host: db, | hots: db, | 3:21 | `hots` | did you mean `host`",
                "environment: prod | enviroment: prod | 1:1 | `enviroment` | did you mean `environment`",
                "overlap: 1h | overlapp: 1h | 7:28 | `overlapp` | did you mean `overlap`",
                "uses: [url, key] | uses: [url.user] | 13:60 | `url.user` | a name of letters",
                // what must hold between parts
                "derive: \"postgresql://{app_pw.user}:{app_pw}@db/app\" | derive: \"x{url}\""
                        + " | 9:17 | a circle: url needs url | do not need themselves",
                "user: app} | user: postgres} | 6:3 | `app_pw` for account postgres on main, which has `admin_pw` already"
                        + " | one secret for an account",
                "URL: url, | URL: salt, | 6:3 | account app on main, whose password `app_pw` nobody publishes | in `publish`",
                "URL: url, | URL: app_pw.user, | 6:3 | account app on main | in `publish`",
                "admin: admin_pw | admin: key | 3:38 | `key`, which opens no account on main | account: {server: main",
                "user: postgres} | user: postgres, login: false} | 3:38 | `admin_pw`, which opens no account | may log in",
                ", uses: [url, key] | '' | 13:3 | no `uses` | `uses`: The secrets that it reads",
                "uses: [url, key] | uses: [] | 13:3 | a service that uses nothing | `uses`",
                "uses: [url, key] | uses: [url, url] | 13:65 | `url` a second time | each secret once",
                "KEY_OLD: key.previous | KEY: salt | 11:55 | `KEY` a second time, after line 11 | each name once",
                "KEY_OLD: key.previous} | KEY_OLD: key.previous}, secrets: [app_pw, app_pw]"
                        + " | 11:97 | the field `app_pw` a second time | each field once",
                "KEY_OLD: key.previous | KEY_OLD: app_pw.previous | 11:64 | `app_pw.previous` | an `overlap`",
                "KEY_OLD: key.previous | KEY_OLD: key.user | 11:64 | `key.user` | an `account`",
                "{URL: url, KEY: key, KEY_OLD: key.previous} | {} | 11:5 | a publication of nothing | `keys` or `secrets`",
                // values that are not what they should be
                "environment: prod | environment: Prod | 1:14 | the text `Prod` | small letters",
                "environment: prod | environment: -prod | 1:14 | the text `-prod` | small letters",
                "environment: prod | environment: 12 | 1:14 | the number `12` | put it in quotes",
                "environment: prod | environment: | 1:13 | nothing | small letters",
                "hex(32) | hex(8) | 7:19 | the text `hex(8)` | at least hex(16)",
                "hex(32) | rot13 | 7:19 | the text `rot13` | one of alphanumeric(32)",
                "hex(32), | hex(32), minimum: 65, | 7:19 | `hex(32)`, which makes 64 characters | 65 to 4096",
                "hex(32), | hex(32), minimum: 30, maximum: 20, | 7:50 | the number `20` | at least the minimum of 30",
                "hex(32), | hex(32), minimum: 0, | 7:37 | the number `0` | at least 1",
                "hex(32), | hex(32), minimum: 99999999999, | 7:37 | the number `99999999999` | whole number",
                "hex(32), | hex(32), minimum: 1.5, | 7:37 | the number `1.5` | whole number",
                "overlap: 1h | overlap: 1 h | 7:37 | the text `1 h` | a duration such as",
                "overlap: 1h | overlap: 60 | 7:37 | the number `60` | a duration such as",
                "overlap: 1h | overlap: 0s | 7:37 | no time at all | more than 0s",
                "user: app} | user: \"\"} | 6:70 | the text `` | a text that is not empty",
                "user: app} | user: app, login: maybe} | 6:82 | the text `maybe` | true or false",
                "path: .env | path: ~/.env | 11:22 | the text `~/.env` | a path, without ~",
                "path: .env | path: [.env] | 11:22 | a list | a path",
                "uses: [url, key] | uses: url | 13:59 | the text `url` | a list of texts",
                "host: db, | host: db, tls: sometimes, | 3:36 | the text `sometimes` | one of disable, require",
                "host: db, | host: db, port: high, | 3:37 | the text `high` | a whole number",
                "host: db, | '' | 3:10 | no `host` | `host`: Name or address",
                ", admin: admin_pw | '' | 3:10 | no `admin` | `admin`: The secret",
                "{postgres: {host: db, admin: admin_pw}} | {} | 3:3 | no technology | one of mongodb, postgres, redis",
                "{postgres: {host: db, admin: admin_pw}} | {postgres: db} | 3:20 | the text `db` | a map",
                "{compose: {file | {swarm: app, compose: {file | 13:21 | `compose` besides another technology | one of them",
                // kinds of secrets
                "{immutable: rows depend on it} | {} | 8:3 | none of them | exactly one of generate, provided",
                "{immutable: rows depend on it} | {immutable: a, derive: \"{key}\"}"
                        + " | 8:24 | `derive` besides `immutable` | exactly one of",
                "{immutable: rows depend on it} | hunter2 | 8:9 | the text `hunter2` | a map",
                "{immutable: rows depend on it} | {immutable: a, overlap: 1h} | 8:33 | `overlap` | no overlap: only generated",
                "{immutable: rows depend on it} | {immutable: a, account: {server: main, user: x}}"
                        + " | 8:24 | `account` | only generated and provided",
                "{immutable: rows depend on it} | {provided: {env-file: a.env}} | 8:10 | no `key` | `key`: Its key",
                "{immutable: rows depend on it} | {provided: {env-file: a.env, key: a b}} | 8:43 | the text `a b` | a key of",
                "{app_pw}@db | {app_pw@db | 9:17 | the text | with both braces",
                "\"postgresql://{app_pw.user}:{app_pw}@db/app\" | app_pw | 9:17 | the text `app_pw` | at least one {secret}",
                "salt: | sa lt: | 8:3 | `sa lt` | a name of letters",
                // of a later version
                "user: app} | users: [a, b]} | 6:64 | `users` | `user`: alternating accounts are not supported",
                "uses: [url, key] | uses: [url], hosts: main | 13:66 | `hosts` | not supported in this version",
                "hex(32), | hex(32), encrypts: [], | 7:28 | `encrypts` | not supported in this version",
                "services: | schedule: {cron: \"0 2 * * *\"}\\nservices: | 12:1 | `schedule` | not supported in this version"
            })
    void aProblemIsNamedWithItsPlace(String old, String replacement, String place, String found, String expected)
            throws Exception {
        List<Problem> problems = problems(spoilt(old, replacement));

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).line() + ":" + problems.get(0).column()).isEqualTo(place);
        assertThat(problems.get(0).found()).contains(found);
        assertThat(problems.get(0).expected()).contains(expected);
    }

    @Test
    void allProblemsAreListedInTheOrderOfTheFile() throws Exception {
        List<Problem> problems = problems(VALID.replace("prod", "Prod")
                .replace("user: postgres", "usr: postgres")
                .replace("hex(32)", "hex(1)")
                .replace("path: .env", "pfad: .env")
                .replace("[url, key]", "[url, nothing, key]"));

        assertThat(problems).extracting(Problem::line).containsExactly(1, 5, 7, 11, 11, 13);
        assertThat(catchProblems("environment: 1\n").getMessage())
                .contains(":1:1: found no `secrets`, expected")
                .contains(":1:14: found the number `1`, expected");
    }

    @Test
    void thePreviousValueIsNoPartOfADerivedSecret() throws Exception {
        List<Problem> problems = problems(VALID.replace("{app_pw}@db", "{app_pw}@db/{key.previous}"));

        assertThat(problems).extracting(Problem::found).containsExactly("`{key.previous}` in a derived secret");
    }

    @Test
    void theFingerprintTellsContentAndNotItsComments() throws Exception {
        String fingerprint = read(VALID).fingerprint();

        assertThat(read("# a comment\n" + VALID.replace("keys: {URL: url", "keys:   {URL: url"))
                        .fingerprint())
                .isEqualTo(fingerprint);
        assertThat(read(VALID.replace("file: compose.yml", "file: other.yml")).fingerprint())
                .isNotEqualTo(fingerprint);
    }

    @Test
    void aCircleOfSeveralIsNamedOnceAndNotWhatHangsOnIt() throws Exception {
        List<Problem> problems = problems(VALID.replace(
                "publish:", "  c: {derive: \"{a}\"}\n  a: {derive: \"{b}\"}\n  b: {derive: \"x{a}{key}\"}\npublish:"));

        assertThat(problems).extracting(Problem::found).containsExactly("a circle: a needs b needs a");
        assertThat(problems.get(0).line()).isEqualTo(11);
    }

    @Test
    void aSecondPublicationOfOnePlaceIsFoundUnderAnySpelling() throws Exception {
        List<Problem> problems = problems(
                VALID.replace("services:", "  - env-file: {path: ./sub/../.env, keys: {APP: app_pw}}\nservices:"));

        assertThat(problems).extracting(Problem::found).containsExactly("a second publication of env-file .env");
    }

    @Test
    void anAdministratorAndARoleWithoutLoginNeedNoPublication() throws Exception {
        Manifest manifest = read(VALID.replace(
                "  key:", "  owner: {generate: fernet, account: {server: main, user: o, login: false}}\n  key:"));

        assertThat(manifest.publications().get(0).fields()).doesNotContainValue(Reference.parse("owner"));
    }

    @Test
    void anOperatorMayProvideAnAccountsPassword() throws Exception {
        Manifest manifest = read(
                VALID.replace("app_pw: {generate: alphanumeric(32),", "app_pw: {provided: {env-file: a.env, key: A},"));

        assertThat(manifest.secrets().get("app_pw").account()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "prod, true",
        "staging, true",
        "k8s, true",
        "dev, false",
        "development, false",
        "test, false",
        "testing, true"
    })
    void anEnvironmentIsProductionUnlessItsNameSaysOtherwise(String name, boolean production) throws Exception {
        assertThat(read(VALID.replace("prod", name)).production()).isEqualTo(production);
        assertThat(read(VALID.replace("prod", name + "\nproduction: false")).production())
                .isFalse();
        assertThat(read(VALID.replace("prod", name + "\nproduction: true")).production())
                .isTrue();
    }

    @Test
    void aScalarOrAListStandsForTheOneRequiredSetting() throws Exception {
        Manifest manifest = read(VALID.replace("{compose: {file: compose.yml, service: app},", "{command: [ls, -l],")
                .replace("services:", "  - key-directory: keys\nservices:"));

        assertThat(manifest.services().get("app").settings().list("run")).containsExactly("ls", "-l");
        assertThat(manifest.publications().get(1).settings().path("path")).isEqualTo(folder.resolve("keys"));
        assertThat(manifest.publications().get(1).settings().text("mode")).isEqualTo("0600");
        assertThat(manifest.publications().get(1).fields()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "5m, PT5M", "24h, PT24H", "90d, PT2160H"})
    void durationsHaveUnits(String written, Duration duration) throws Exception {
        assertThat(read(VALID + "patience: " + written).patience()).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# nothing\n", "---\n"})
    void anEmptyFileIsNoManifest(String text) throws Exception {
        assertThat(problems(text))
                .singleElement()
                .extracting(Problem::expected)
                .asString()
                .contains("a m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n", "hello\n", "42\n"})
    void aFileThatIsNoMapIsNoManifest(String text) throws Exception {
        assertThat(problems(text)).singleElement().extracting(Problem::expected).isEqualTo("a map");
    }

    @Test
    void tabsAreNamedAsSuch() throws Exception {
        List<Problem> problems = problems(VALID.replace("  main:", "\tmain:"));

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.found()).isEqualTo("a tab");
        });
    }

    @Test
    void brokenYamlIsNamedWithItsPlace() throws Exception {
        assertThat(problems(VALID.replace("[url, key]}", "[url, key}")))
                .singleElement()
                .extracting(Problem::line)
                .isEqualTo(13);
        assertThat(problems("a: 1\n---\nb: 2\n"))
                .singleElement()
                .extracting(Problem::line)
                .isEqualTo(2);
    }

    @Test
    void bytesThatAreNoTextAreNamedWithTheirLine() throws Exception {
        Path file = folder.resolve("manifest.yml");
        Files.write(file, VALID.replace("rows", "r\u00f6ws").getBytes(ISO_8859_1));
        assertThat(thrownBy(file).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(8);
            assertThat(problem.found()).isEqualTo("bytes that are not UTF-8");
        });
        assertThat(problems(VALID.replace("rows", "r\u0007ws"))).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(8);
            assertThat(problem.found()).isEqualTo("the character U+0007");
        });
    }

    @Test
    void aMissingFileADirectoryAndAHugeFileAreProblems() throws Exception {
        Path missing = folder.resolve("none.yml");
        assertThat(thrownBy(missing)).hasMessage(missing + ": found no such file, expected a manifest");
        assertThat(thrownBy(folder)).hasMessageContaining("found a directory");
        assertThat(problems("#" + "x".repeat(1 << 20)))
                .singleElement()
                .extracting(Problem::found)
                .isEqualTo("more than 1 MiB");
    }

    @Test
    void aliasesWorkAndBombsEndSoon() throws Exception {
        String shared = VALID.replace(
                        "admin_pw: {generate: alphanumeric(32)", "admin_pw: {generate: &how alphanumeric(40)")
                .replace("app_pw: {generate: alphanumeric(32)", "app_pw: {generate: *how");
        assertThat(read(shared).secrets().get("app_pw").kind().toString()).contains("alphanumeric(40)");

        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(problems(bomb.toString()))
                .singleElement()
                .extracting(Problem::found)
                .isEqualTo("more than 50 aliases");
        assertThat(problems("secrets: &s {a: *s}\nenvironment: x\n")).isNotEmpty();
        assertThat(problems("a: " + "[".repeat(100_000)))
                .singleElement()
                .extracting(Problem::found)
                .isEqualTo("more than 20 levels");
    }

    @Test
    void fiveThousandSecretsAreReadInASecondOrTwo() throws Exception {
        StringBuilder text = new StringBuilder("environment: prod\nsecrets:\n  s0: {generate: fernet}\n");
        for (int i = 1; i < 5000; i++) {
            text.append("  s%d: {derive: \"{s%d}\"}\n".formatted(i, i - 1));
        }
        long start = System.nanoTime();

        assertThat(read(text.toString()).secrets()).hasSize(5000);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    private static String spoilt(String old, String replacement) {
        String text = VALID.replace(old, replacement.equals("''") ? "" : replacement.replace("\\n", "\n"));
        assertThat(text).isNotEqualTo(VALID);
        return text;
    }

    private List<Problem> problems(String text) throws IOException {
        return catchProblems(text).problems();
    }

    private ManifestException catchProblems(String text) throws IOException {
        return thrownBy(Files.writeString(folder.resolve("manifest.yml"), text));
    }

    private static ManifestException thrownBy(Path file) {
        ManifestException thrown =
                catchThrowableOfType(ManifestException.class, () -> ManifestReader.read(file, FakeTechnologies.ALL));
        assertThat(thrown).as("a manifest with a problem").isNotNull();
        return thrown;
    }

    private Manifest read(String text) throws IOException {
        return ManifestReader.read(Files.writeString(folder.resolve("manifest.yml"), text), FakeTechnologies.ALL);
    }
}
