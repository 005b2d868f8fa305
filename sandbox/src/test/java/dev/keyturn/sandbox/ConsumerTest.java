package dev.keyturn.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumerTest {
    private static PrivatePostgres postgres;
    private static PrivateRedis redis;

    @TempDir
    Path folder;

    private Path env;
    private Path key;
    private ConsumerHandle consumer;

    @BeforeAll
    static void startServers() {
        postgres = PrivatePostgres.start();
        redis = PrivateRedis.start(PrivateRedis.Layout.of(PrivateRedis.Persistence.ACL_FILE, "of-redis/1@a:b"));
    }

    @AfterAll
    static void closeServers() {
        redis.close();
        postgres.close();
    }

    @BeforeEach
    void prepare() throws IOException {
        postgres.execute("DROP ROLE IF EXISTS app", "CREATE ROLE app LOGIN PASSWORD 'old a/b@c:d'");
        env = Files.writeString(
                folder.resolve(".env"),
                "# a comment\nDATABASE_URL=postgresql://app:old%20a%2Fb%40c%3Ad@127.0.0.1:" + postgres.port()
                        + "/postgres # derived\nREDIS_URL=\"redis://:of-redis%2F1%40a%3Ab@127.0.0.1:" + redis.port()
                        + "\"\n");
        key = Files.writeString(folder.resolve("app.txt"), "old a/b@c:d\n");
        consumer = ConsumerHandle.prepare(
                folder.resolve("consumer"),
                Duration.ofMillis(20),
                List.of(env),
                List.of(
                        ConsumerConfig.Login.byUrl("database", "DATABASE_URL"),
                        ConsumerConfig.Login.byFile(
                                "database-by-key",
                                "postgresql://127.0.0.1:" + postgres.port() + "/postgres",
                                "app",
                                key),
                        ConsumerConfig.Login.byUrl("cache", "REDIS_URL")));
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    @Test
    void itLogsInAnewAgainAndAgainWithWhatItRead() {
        consumer.restart();
        await(() -> consumer.traffic().logins() > 30);
        assertThat(consumer.traffic().targets()).containsExactly("cache", "database", "database-by-key");
        assertThat(consumer.traffic().failures()).isEmpty();
        assertThat(consumer.isHealthy()).isTrue();
    }

    @Test
    void itReadsOnceSoThatAChangeOfAPasswordHurtsUntilTheRestart() throws IOException {
        consumer.restart();
        await(() -> consumer.traffic().logins() > 10);
        Instant changed = Instant.now();
        postgres.execute("ALTER ROLE app PASSWORD 'new'");
        Files.writeString(env, Files.readString(env).replace("old%20a%2Fb%40c%3Ad", "new"));
        Files.writeString(key, "new");
        await(() -> !consumer.traffic().since(changed).failures().isEmpty());
        assertThat(consumer.isHealthy()).isFalse();
        assertThat(consumer.traffic().since(changed).failures())
                .extracting(Traffic.Attempt::failure)
                .containsOnly("SQLSTATE 28P01");
        assertThat(consumer.traffic().of("cache").failures()).isEmpty();
        consumer.restart();
        Instant restarted = Instant.now();
        await(() -> consumer.traffic().since(restarted).logins() > 10);
        assertThat(consumer.isHealthy()).isTrue();
        assertThat(consumer.traffic().since(restarted).failures()).isEmpty();
        assertThat(consumer.traffic().of("database").longestGap())
                .isGreaterThan(
                        consumer.traffic().of("database").since(restarted).longestGap());
    }

    @Test
    void itExitsAtOnceIfItsFirstLoginFails() throws IOException {
        Files.writeString(key, "wrong-and-not-to-be-said");
        Instant start = Instant.now();
        assertThatIllegalStateException()
                .isThrownBy(consumer::restart)
                .withMessageContaining("the first login to database-by-key failed: SQLSTATE 28P01")
                .withMessageNotContaining("not-to-be-said");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(consumer.process()).isEmpty();
    }

    @Test
    void aRestartEndsTheOldProcessAndAClosedConsumerIsGone() throws IOException {
        consumer.restart();
        long first = consumer.process().orElseThrow().pid();
        consumer.restart();
        long second = consumer.process().orElseThrow().pid();
        assertThat(second).isNotEqualTo(first);
        assertThat(arguments(first)).isEmpty();
        assertThat(arguments(second)).contains(Consumer.class.getName());
        consumer.close();
        consumer.close();
        assertThat(arguments(second)).isEmpty();
        assertThat(consumer.isHealthy()).isFalse();
    }

    @Test
    void aForeignProcessThatGotThePidIsLeftAlone() throws Exception {
        Process foreign = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(consumer.folder().resolve("pid"), foreign.pid() + "\n");
            consumer.restart();
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly().waitFor();
        }
    }

    @Test
    void noValueIsAmongItsArgumentsOrInWhatItWrites() throws IOException {
        consumer.restart();
        await(() -> consumer.traffic().logins() > 5);
        Path process = Path.of("/proc", "" + consumer.process().orElseThrow().pid());
        String seen = Files.readString(process.resolve("cmdline")) + Files.readString(process.resolve("environ"));
        try (var files = Files.list(consumer.folder())) {
            for (Path file : files.toList()) {
                seen += Files.readString(file);
            }
        }
        assertThat(seen).contains(Consumer.class.getName()).doesNotContain("old a", "old%20a", "of-redis");
    }

    @Test
    void aRestartIsShort() {
        Optional<Duration> shortest =
                Stream.generate(this::restartTime).limit(3).min(Duration::compareTo);
        // Half a second on an idle machine with two cores; the limit leaves room for a busy one.
        assertThat(shortest.orElseThrow()).isLessThan(Duration.ofSeconds(3));
    }

    /** Empty for a process that ended, also while nobody has asked for its status yet. */
    private static String arguments(long pid) throws IOException {
        Path file = Path.of("/proc", "" + pid, "cmdline");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private Duration restartTime() {
        Instant start = Instant.now();
        consumer.restart();
        return Duration.between(start, Instant.now());
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(20);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waited for a condition").isBefore(end);
            Thread.onSpinWait();
        }
    }
}
