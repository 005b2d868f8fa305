package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import dev.keyturn.rig.Traffic;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Deployment of a consumer that is ready when its login works and serves on for some seconds after it is told to end, so that nobody
 * is sent to it any more when it does. A user asks its Service all the time, and each answer takes a login.
 */
@OnKubernetes
@Timeout(480)
class TrafficFactsTest {
    private static final String DRAIN_SECONDS = "4";

    private KubernetesClient client;
    private RedisPod redis;
    private Rollout app;
    private String address;

    @BeforeEach
    void serve(KubernetesShare share) {
        client = share.client();
        redis = RedisPod.start(share);
        redis.accept("app", "old");
        Cluster.secret(client, "app", Map.of("URL", redis.url("app", "old")));
        app = Rollout.of(
                client,
                "app",
                2,
                Consumer.of(
                        share,
                        "app",
                        Consumer.readyBy("/health"),
                        Consumer.fromSecret("REDIS_URL", "app", "URL"),
                        Consumer.variable("DRAIN_SECONDS", DRAIN_SECONDS)));
        Service service = client.services()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("app")
                        .endMetadata()
                        .withNewSpec()
                        .withType("NodePort")
                        .addToSelector("app", "app")
                        .addNewPort()
                        .withPort(Consumer.PORT)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        address = "http://" + share.node() + ":"
                + service.getSpec().getPorts().get(0).getNodePort() + "/health";
        app.awaitDone();
    }

    @Test
    void aRolloutToAPasswordThatOverlapsFailsNoRequest(@TempDir Path folder) {
        List<String> before = app.podNames();
        try (Traffic traffic = Traffic.to(folder.resolve("records"), address)) {
            awaitAnswersOf(before);
            redis.accept("app", "old", "new");
            put("new");
            app.deployment().rolling().restart();
            app.awaitDone();
            redis.accept("app", "new");
            assertThat(app.podNames()).doesNotContainAnyElementsOf(before);
            awaitAnswersOf(app.podNames());
            assertNoneFailed(traffic.end());
        }
    }

    @Test
    void duringARolloutToABadPasswordTheOldPodsAnswerEachRequest(@TempDir Path folder) {
        List<String> before = app.podNames();
        try (Traffic traffic = Traffic.to(folder.resolve("records"), address)) {
            put("bad");
            app.annotate("g-bad");
            app.awaitGivenUp();
            await().atMost(Cluster.LONGEST).until(() -> app.pods().stream().anyMatch(TrafficFactsTest::isCrashLooping));
            Pod bad = app.pods().stream()
                    .filter(pod -> !before.contains(pod.getMetadata().getName()))
                    .findFirst()
                    .orElseThrow();
            // A container that has just been made again has said nothing yet.
            await().atMost(Cluster.LONGEST)
                    .until(() -> client.pods()
                            .withName(bad.getMetadata().getName())
                            .getLog()
                            .contains("login failed at start: {\"redis\": \"refused\"}"));
            assertThat(app.podNames()).containsAll(before);
            awaitAnswersOf(before);

            // The data first: what starts from now on logs in.
            put("old");
            app.deployment().rolling().undo();
            app.awaitDone();
            assertThat(app.podNames()).isEqualTo(before);
            assertNoneFailed(traffic.end());
        }
    }

    private void put(String password) {
        Cluster.put(client, "app", "URL", redis.url("app", password));
    }

    /** Waits until each of these pods has answered, and fails if another one does. */
    private void awaitAnswersOf(List<String> pods) {
        Set<String> answered = new HashSet<>();
        await().atMost(Cluster.LONGEST).until(() -> {
            String answer = Consumer.ask(address).body();
            answered.addAll(pods.stream().filter(answer::contains).toList());
            assertThat(pods).as(answer).anyMatch(answer::contains);
            return answered.size() == pods.size();
        });
    }

    private static boolean isCrashLooping(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream().anyMatch(TrafficFactsTest::isCrashLooping);
    }

    /** Between two attempts of a container that ended with status 1. */
    private static boolean isCrashLooping(ContainerStatus container) {
        return container.getState().getWaiting() != null
                && "CrashLoopBackOff".equals(container.getState().getWaiting().getReason())
                && container.getLastState().getTerminated() != null
                && container.getLastState().getTerminated().getExitCode() == 1
                && container.getRestartCount() > 0;
    }

    private static void assertNoneFailed(Traffic.Report report) {
        assertThat(report.failures()).isEmpty();
        assertThat(report.requests()).isGreaterThan(20);
    }
}
