package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** A consumer that reads its secrets once, and a Redis server on which each test has a user of its own. */
@OnKubernetes
@Timeout(480)
@TestInstance(Lifecycle.PER_CLASS)
class ConsumerFactsTest {
    private KubernetesShare share;
    private KubernetesClient client;
    private RedisPod redis;

    @BeforeAll
    void server(KubernetesShare given) {
        share = given;
        client = share.client();
        redis = RedisPod.start(share);
    }

    @Test
    void aSecretReadAtStartByVariableByFileOrByLinesIsTheNewOneOnlyAfterARestart() {
        redis.accept("reader", "old", "new");
        Cluster.secret(
                client, "reader", Map.of("URL", redis.url("reader", "old"), "KEY", "old", "LINES", "BY_LINES=old\n"));
        Rollout app = Rollout.of(
                client,
                "reader",
                1,
                Consumer.of(
                        share,
                        "reader",
                        Consumer.readyBy("/health"),
                        Consumer.variable("REDIS_URL_FILE", "/secrets/URL"),
                        Consumer.variable("HOLD", "BY_VARIABLE,BY_FILE,BY_LINES"),
                        Consumer.fromSecret("BY_VARIABLE", "reader", "KEY"),
                        Consumer.variable("BY_FILE_FILE", "/secrets/KEY"),
                        Consumer.variable("SECRETS_FILE", "/secrets/LINES")));
        app.awaitDone();
        Pod old = app.pods().get(0);
        assertHolds(old, "old");

        Cluster.put(client, "reader", "URL", redis.url("reader", "new"));
        Cluster.put(client, "reader", "LINES", "BY_LINES=new\n");
        Cluster.put(client, "reader", "KEY", "new");
        String name = old.getMetadata().getName();
        await().atMost(Cluster.LONGEST)
                .until(() -> Cluster.exec(client, name, "cat", "/secrets/KEY").equals("new"));
        assertHolds(old, "old");

        app.deployment().rolling().restart();
        app.awaitDone();
        Pod restarted = app.pods().get(0);
        assertHolds(restarted, "new");
        redis.accept("reader", "new");
        assertThat(Consumer.ask(restarted, "/health").status()).isEqualTo(200);
    }

    @Test
    void healthLogsInAnewSoAChangedPasswordIsSeenWhileProcessAndSessionGoOn() {
        redis.accept("changed", "old");
        Cluster.secret(client, "changed", Map.of("URL", redis.url("changed", "old")));
        Pod pod = Cluster.ready(
                client,
                "changed",
                Consumer.of(
                        share,
                        "changed",
                        Consumer.readyBy("/health"),
                        Consumer.fromSecret("REDIS_URL", "changed", "URL")));
        redis.accept("changed", "new");
        assertThat(Consumer.ask(pod, "/health").status()).isEqualTo(503);
        assertThat(Consumer.ask(pod, "/health").body()).contains("\"redis\": \"refused\"");
        await().atMost(Cluster.LONGEST).until(() -> !status("changed").getReady());

        assertThat(Consumer.ask(pod, "/live").status()).isEqualTo(200);
        assertThat(Consumer.ask(pod, "/session").body()).contains("\"redis\": \"ok:changed\"");
        assertThat(status("changed").getState().getRunning()).isNotNull();
        assertThat(status("changed").getRestartCount()).isZero();

        redis.accept("changed", "old");
        await().atMost(Cluster.LONGEST).until(() -> status("changed").getReady());
    }

    @Test
    void aRolloutIsCompleteWithABadPasswordIfReadinessLogsInNowhere() {
        redis.accept("unprobed", "good");
        Cluster.secret(client, "unprobed", Map.of("URL", redis.url("unprobed", "bad")));
        Rollout byPort = tolerant("by-port", Consumer.readyByPort());
        Rollout byLive = tolerant("by-live", Consumer.readyBy("/live"));
        Rollout byHealth = tolerant("by-health", Consumer.readyBy("/health"));
        byPort.awaitDone();
        byLive.awaitDone();
        assertThat(Consumer.ask(byPort.pods().get(0), "/health").status()).isEqualTo(503);
        assertThat(Consumer.ask(byLive.pods().get(0), "/health").status()).isEqualTo(503);

        byHealth.awaitGivenUp();
        assertThat(byHealth.isDone()).isFalse();
        // Events come when they come; the first failures may be of a container that does not listen yet.
        await().atMost(Cluster.LONGEST)
                .until(
                        () -> client
                                .v1()
                                .events()
                                .withField(
                                        "involvedObject.name",
                                        byHealth.podNames().get(0))
                                .list()
                                .getItems()
                                .stream()
                                .anyMatch(event -> event.getReason().equals("Unhealthy")
                                        && event.getMessage().contains("Readiness probe failed")
                                        && event.getMessage().contains("503")));
    }

    /** Runs on when its first login is refused. */
    private Rollout tolerant(String name, Probe readiness) {
        return Rollout.of(
                client,
                name,
                1,
                Consumer.of(
                        share,
                        "unprobed",
                        readiness,
                        Consumer.fromSecret("REDIS_URL", "unprobed", "URL"),
                        Consumer.variable("EXIT_ON_REFUSED", "0")));
    }

    private ContainerStatus status(String pod) {
        return client.pods()
                .withName(pod)
                .get()
                .getStatus()
                .getContainerStatuses()
                .get(0);
    }

    private void assertHolds(Pod pod, String value) {
        String held = Consumer.ask(pod, "/held").body();
        assertThat(held)
                .contains(
                        "\"REDIS_URL\": \"" + digest(redis.url("reader", value)) + "\"",
                        "\"BY_VARIABLE\": \"" + digest(value) + "\"",
                        "\"BY_FILE\": \"" + digest(value) + "\"",
                        "\"BY_LINES\": \"" + digest(value) + "\"");
    }

    private static String digest(String value) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
