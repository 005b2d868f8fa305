package dev.keyturn.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.ManifestReader;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.secret.PolicyCheck;
import dev.keyturn.worker.LocalEnvironments;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What generators make is of the right form, and servers take it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratorsTest {
    private static final int VALUES = 1_000;

    /** A password costs PostgreSQL a key derivation when it is set, and again when it is used. */
    private static final int OF_THEM_ON_POSTGRES = 20;

    private static final String REDIS_PASSWORD = "the-first-of-many-0123456789";

    private PrivateRedis redis;
    private PrivatePostgres postgres;

    @BeforeAll
    void start() {
        redis = PrivateRedis.start(PrivateRedis.Layout.of(PrivateRedis.Persistence.ACL_FILE, REDIS_PASSWORD));
        postgres = PrivatePostgres.start();
        postgres.execute("CREATE ROLE app LOGIN");
    }

    @AfterAll
    void stop() {
        redis.close();
        postgres.close();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("generators: 1,000 of each match length and alphabet, pass the policy, and log in")
    @CsvSource({
        "alphanumeric(24), 24, '[A-Za-z0-9]{24}'",
        "alphanumeric(32), 32, '[A-Za-z0-9]{32}'",
        "hex(32), 64, '[0-9a-f]{64}'",
        "base64url(32), 43, '[A-Za-z0-9_-]{43}'",
        "base64(64), 88, '[A-Za-z0-9+/]{86}=='",
        "fernet, 44, '[A-Za-z0-9_-]{43}='"
    })
    void eachValueHasItsFormAndLogsIn(String generator, int length, String form, @TempDir Path folder)
            throws Exception {
        Secret secret = secret(folder, generator);
        var made = ((Kind.Generated) secret.kind()).generator();
        List<SecretValue> values = Stream.generate(made::generate).limit(VALUES).toList();

        Set<String> different = new HashSet<>();
        for (SecretValue value : values) {
            assertThat(value.reveal().matches(form)).as("form of a value").isTrue();
            assertThat(value.length()).isEqualTo(length);
            assertThat(PolicyCheck.value(secret, value, true)).isEmpty();
            different.add(value.reveal());
        }
        assertThat(different.size()).as("different values").isEqualTo(VALUES);
        assertEachLogsInToRedis(values);
        for (SecretValue value : values.subList(0, OF_THEM_ON_POSTGRES)) {
            postgres.execute("ALTER ROLE app PASSWORD '" + value.reveal() + "'");
            new LoginTarget.Postgres(postgres.host(), postgres.port(), "postgres").login("app", value.reveal());
        }
    }

    private static Secret secret(Path folder, String generator) throws IOException {
        Path manifest = Files.writeString(folder.resolve("keyturn.yaml"), """
                environment: prod
                secrets:
                  pw: {generate: %s, minimum: 24}
                publish:
                  - env-file: {path: .env, keys: {PW: pw}}
                """.formatted(generator));
        return ManifestReader.read(manifest, LocalEnvironments.technologies())
                .secrets()
                .get("pw");
    }

    /** Each is set alone and then logs in, on one connection. */
    private void assertEachLogsInToRedis(List<SecretValue> values) throws IOException {
        try (Socket socket = new Socket(redis.host(), redis.port());
                BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            assertThat(said(socket, answers, "AUTH", REDIS_PASSWORD)).isEqualTo("+OK");
            for (SecretValue value : values) {
                assertThat(said(socket, answers, "ACL", "SETUSER", "app", "on", "resetpass", ">" + value.reveal()))
                        .isEqualTo("+OK");
                try (Socket login = new Socket(redis.host(), redis.port());
                        BufferedReader answer =
                                new BufferedReader(new InputStreamReader(login.getInputStream(), UTF_8))) {
                    assertThat(said(login, answer, "AUTH", "app", value.reveal()))
                            .as("login with a value of " + value.length() + " characters")
                            .isEqualTo("+OK");
                }
            }
        }
    }

    private static String said(Socket socket, BufferedReader answers, String... words) throws IOException {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        socket.getOutputStream().write(request.toString().getBytes(UTF_8));
        return answers.readLine();
    }
}
