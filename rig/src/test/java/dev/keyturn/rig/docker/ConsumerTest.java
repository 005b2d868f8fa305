package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.ExposedPort;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import dev.keyturn.rig.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The consumer of all rotations in the rig, with a PostgreSQL and a Redis, as a Compose project. */
@OnDocker
@Timeout(480)
class ConsumerTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static final String PROJECT = """
            services:
              db:
                image: %s
                environment: {POSTGRES_PASSWORD: admin}
                healthcheck: {test: ["CMD", "pg_isready", "-h", "127.0.0.1"], interval: 500ms, retries: 120}
              cache:
                image: %s
                healthcheck: {test: ["CMD", "redis-cli", "ping"], interval: 500ms, retries: 120}
              app:
                image: %s
                environment:
                  HOLD: PLAIN,FILED,LISTED
                  PLAIN: in the environment
                  FILED_FILE: /values/filed
                  DATABASE_URL_FILE: /values/database
                  SECRETS_FILE: /values/list
                volumes: ["./values:/values"]
                ports: ["127.0.0.1::8080"]
                healthcheck: {test: ["CMD", "python3", "/app.py", "check"], interval: 500ms, retries: 120}
            """;

    @TempDir
    static Path folder;

    private static DockerShare docker;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void servers(DockerShare share) throws IOException {
        docker = share;
        Files.writeString(
                folder.resolve("compose.yaml"), PROJECT.formatted(docker.postgres(), docker.redis(), docker.app()));
        Files.createDirectory(folder.resolve("values"));
        compose("up", "-d", "--wait", "db", "cache");
        sql("create role app login");
    }

    @BeforeEach
    void app() throws IOException {
        passwords("old");
        value("filed", "in a file");
        value("database", "postgresql://app:old@db:5432/postgres");
        value("list", "# a comment\nLISTED=in a line\nREDIS_URL=redis://app:old@cache:6379/0\n");
        compose("up", "-d", "--wait", "--force-recreate", "app");
    }

    @Test
    void itHoldsWhatTheEnvironmentAFileAndALineOfAFileSay() {
        JsonNode held = ask("/held", 200);
        assertHeld(held, "PLAIN", "in the environment");
        assertHeld(held, "FILED", "in a file");
        assertHeld(held, "LISTED", "in a line");
        assertHeld(held, "DATABASE_URL", "postgresql://app:old@db:5432/postgres");
        assertHeld(held, "REDIS_URL", "redis://app:old@cache:6379/0");
        assertHealth(200, "ok:app", "ok:app");
    }

    @Test
    void aChangedFileIsNotSeenBeforeTheNextStart() throws IOException {
        value("filed", "another");
        value("list", "LISTED=another, too\nREDIS_URL=redis://app:old@cache:6379/0\n");
        assertThat(exec("app", "cat", "/values/filed"))
                .as("seen in the container")
                .isEqualTo("another");
        assertHeld(ask("/held", 200), "FILED", "in a file");
        assertHeld(ask("/held", 200), "LISTED", "in a line");
        compose("restart", "app");
        compose("up", "-d", "--wait", "--no-recreate", "app");
        assertHeld(ask("/held", 200), "FILED", "another");
        assertHeld(ask("/held", 200), "LISTED", "another, too");
    }

    @Test
    void healthLogsInAnewSoThatItFailsAtOnceWhileTheSessionsGoOnUntilTheyAreEnded() {
        assertHealth(200, "ok:app", "ok:app");
        passwords("new");
        assertHealth(503, "refused", "refused");
        assertSessions(200, "ok:app", "ok:app");
        sql("alter role app password 'old'");
        assertHealth(503, "ok:app", "refused");
        sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
        redis("CLIENT", "KILL", "USER", "app");
        JsonNode lost = ask("/session", 503);
        assertThat(lost.get("postgres").asText()).startsWith("lost:");
        assertThat(lost.get("redis").asText()).startsWith("lost:");
    }

    @Test
    void aServerThatDoesNotAnswerIsUnreachableWhichIsNoRefusal() {
        String cache = container("cache");
        // Its process is stopped and not its container: the engine cannot always freeze one on a busy machine.
        docker.client().killContainerCmd(cache).withSignal("STOP").exec();
        try {
            JsonNode health = ask("/health", 503);
            assertThat(health.get("postgres").asText()).isEqualTo("ok:app");
            assertThat(health.get("redis").asText()).startsWith("unreachable:");
        } finally {
            docker.client().killContainerCmd(cache).withSignal("CONT").exec();
        }
    }

    @Test
    void itEndsWithOneWhenItsFirstLoginIsRefusedAndDoesNotPrintThePassword() throws IOException {
        value("database", "postgresql://app:wrongPassword@db:5432/postgres");
        assertEndsBecause("\"postgres\": \"refused\", \"redis\": \"ok:app\"");
        value("database", "postgresql://app:old@db:5432/postgres");
        value("list", "REDIS_URL=redis://app:wrongPassword@cache:6379/0\n");
        assertEndsBecause("\"postgres\": \"ok:app\", \"redis\": \"refused\"");
    }

    private static void assertEndsBecause(String verdicts) {
        Output ended = docker.compose(folder, "run", "--rm", "-T", "app");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.text())
                .contains("login failed at start:", verdicts)
                .doesNotContain("listening", "wrongPassword");
    }

    private void assertHealth(int status, String postgres, String redis) {
        JsonNode found = ask("/health", status);
        assertThat(found.get("postgres").asText()).isEqualTo(postgres);
        assertThat(found.get("redis").asText()).isEqualTo(redis);
    }

    private void assertSessions(int status, String postgres, String redis) {
        JsonNode found = ask("/session", status);
        assertThat(found.get("postgres").asText()).isEqualTo(postgres);
        assertThat(found.get("redis").asText()).isEqualTo(redis);
    }

    private static void assertHeld(JsonNode held, String name, String value) {
        try {
            assertThat(held.get(name).asText())
                    .as(name)
                    .isEqualTo(HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)))
                            .substring(0, 12));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode ask(String path, int status) {
        String port = docker.client()
                .inspectContainerCmd(container("app"))
                .exec()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(8080))[0]
                .getHostPortSpec();
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(BOUND)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void passwords(String password) {
        sql("alter role app password '" + password + "'");
        redis("ACL", "SETUSER", "app", "on", "resetpass", ">" + password, "+@all", "~*");
    }

    private static void sql(String statement) {
        exec("db", "psql", "-qU", "postgres", "-v", "ON_ERROR_STOP=1", "-c", statement);
    }

    private static void redis(String... command) {
        assertThat(exec(
                        "cache",
                        Stream.concat(Stream.of("redis-cli"), Stream.of(command))
                                .toArray(String[]::new)))
                .doesNotContain("ERR");
    }

    private static String exec(String service, String... command) {
        return docker.docker(Stream.concat(Stream.of("exec", container(service)), Stream.of(command))
                        .toArray(String[]::new))
                .expectSuccess()
                .text();
    }

    private static String container(String service) {
        return docker.name() + "-" + service + "-1";
    }

    private static void value(String file, String text) throws IOException {
        Files.writeString(folder.resolve("values").resolve(file), text);
    }

    private static Output compose(String... arguments) {
        return docker.compose(folder, arguments).expectSuccess();
    }
}
