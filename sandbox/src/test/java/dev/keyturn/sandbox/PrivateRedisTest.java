package dev.keyturn.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.PrivateRedis.Layout;
import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.sandbox.PrivateRedis.User;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;

class PrivateRedisTest {
    private static final String PASSWORD = "a password with # \" and \\";

    @ParameterizedTest
    @EnumSource
    void startsWithItsPasswordInEveryLayout(Persistence persistence) {
        try (PrivateRedis redis = PrivateRedis.start(Layout.of(persistence, PASSWORD))) {
            assertThat(answer(redis, "default", PASSWORD)).isEqualTo("PONG");
            assertThat(answer(redis, "default", "wrong")).contains("WRONGPASS");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ACL_FILE", "ACL_IN_CONFIG", "NONE"})
    void startsWithMoreUsers(Persistence persistence) {
        Layout layout = Layout.of(persistence, PASSWORD).with(User.of("o'd\"d-ü", "theirs"));
        try (PrivateRedis redis = PrivateRedis.start(layout)) {
            assertThat(answer(redis, "o'd\"d-ü", "theirs")).isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysOutliveAKill(Persistence persistence) {
        try (PrivateRedis redis = PrivateRedis.start(Layout.of(persistence, PASSWORD))) {
            int port = redis.port();
            try (RedisClient client = client(redis, "default", PASSWORD)) {
                client.set("key", "kept");
            }
            redis.kill();
            redis.restart();
            assertThat(redis.port()).isEqualTo(port);
            try (RedisClient client = client(redis, "default", PASSWORD)) {
                assertThat(client.get("key")).isEqualTo("kept");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noPasswordStandsInItsArguments(Persistence persistence) throws IOException {
        try (PrivateRedis redis = PrivateRedis.start(Layout.of(persistence, PASSWORD))) {
            assertThat(Files.readString(Path.of("/proc/" + redis.pid() + "/cmdline")))
                    .contains("redis-server")
                    .doesNotContain("a password");
        }
    }

    @Test
    void closingTwiceLeavesNeitherProcessNorFolder() {
        PrivateRedis redis = PrivateRedis.start(Layout.of(Persistence.REQUIREPASS, PASSWORD));
        long pid = redis.pid();
        redis.suspend();
        redis.close();
        redis.close();
        assertThat(alive(pid)).isFalse();
        assertThat(redis.folder()).doesNotExist();
    }

    @Test
    void aHangingServerAnswersAgainAfterItIsResumed() {
        try (PrivateRedis redis = PrivateRedis.start(Layout.of(Persistence.REQUIREPASS, PASSWORD))) {
            redis.suspend();
            redis.resume();
            assertThat(answer(redis, "default", PASSWORD)).isEqualTo("PONG");
        }
    }

    @Test
    void nothingIsLeftOfItWhenTheJvmIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Abandoned.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = jvm.inputReader()) {
            long pid = Long.parseLong(out.readLine());
            File folder = new File(out.readLine());
            assertThat(alive(pid)).isTrue();
            assertThat(folder).exists();

            jvm.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while ((alive(pid) || folder.exists()) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(alive(pid)).isFalse();
            assertThat(folder).doesNotExist();
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** A program that starts a server and never closes it. */
    static final class Abandoned {
        public static void main(String[] args) throws InterruptedException {
            PrivateRedis redis = PrivateRedis.start(Layout.of(Persistence.REQUIREPASS, PASSWORD));
            System.out.println(redis.pid());
            System.out.println(redis.folder());
            Thread.currentThread().join();
        }
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static String answer(PrivateRedis redis, String user, String password) {
        try (RedisClient client = client(redis, user, password)) {
            return client.ping();
        } catch (JedisDataException e) {
            return e.getMessage();
        }
    }

    private static RedisClient client(PrivateRedis redis, String user, String password) {
        return RedisClient.builder()
                .hostAndPort(redis.host(), redis.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .user(user)
                        .password(password)
                        .build())
                .build();
    }
}
