package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A Deployment whose pods end at once when their secret says {@code bad}, as one does whose first login is refused, and say when they are
 * well. Without a readiness probe a pod that ends at once may count as available for a moment, and the old ones are ended for it.
 */
@OnKubernetes
@Timeout(480)
class RolloutFactsTest {
    private KubernetesShare share;
    private KubernetesClient client;
    private Rollout app;

    @BeforeEach
    void deploy(KubernetesShare given) {
        share = given;
        client = share.client();
        Cluster.secret(client, "app", Map.of("KEY", "old"));
        PodSpec pod =
                Cluster.consumer(share, "app", "[ $KEY != bad ] || exit 1; touch /tmp/well; " + Cluster.runsForEver());
        pod.getContainers()
                .get(0)
                .setReadinessProbe(new ProbeBuilder()
                        .withNewExec()
                        .withCommand("test", "-e", "/tmp/well")
                        .endExec()
                        .withPeriodSeconds(1)
                        .withTimeoutSeconds(10)
                        .build());
        app = Rollout.of(client, "app", 2, pod);
        app.awaitDone();
    }

    @Test
    void aChangedSecretRollsNothingAndARestartBringsTheNewValue() {
        List<String> pods = app.podNames();
        List<String> replicaSets = app.replicaSets();
        put("new");
        // The change has reached the pods, so whatever it could set off has been set off.
        await().atMost(Cluster.LONGEST)
                .until(() -> pods.stream()
                        .allMatch(pod ->
                                Cluster.exec(client, pod, "cat", "/volume/KEY").equals("new")));
        assertThat(app.deployment().get().getMetadata().getGeneration()).isEqualTo(1);
        assertThat(app.replicaSets()).isEqualTo(replicaSets).hasSize(1);
        assertThat(app.podNames()).isEqualTo(pods);
        assertThat(app.pods())
                .allSatisfy(pod -> assertThat(
                                pod.getStatus().getContainerStatuses().get(0).getRestartCount())
                        .isZero());
        pods.forEach(pod -> assertThat(key(pod)).isEqualTo("old"));

        app.deployment().rolling().restart();
        app.awaitDone();
        assertThat(app.podNames()).doesNotContainAnyElementsOf(pods);
        app.podNames().forEach(pod -> assertThat(key(pod)).isEqualTo("new"));
    }

    @Test
    void aChangedAnnotationOfTheTemplateRollsAndTheSameAgainDoesNot() {
        assertThat(app.annotate("g-1").getMetadata().getGeneration()).isEqualTo(2);
        app.awaitDone();
        List<String> before = app.podNames();
        assertThat(app.annotate("g-1").getMetadata().getGeneration()).isEqualTo(2);
        assertThat(app.isDone()).isTrue();
        assertThat(app.podNames()).isEqualTo(before);
    }

    @Test
    void rightAfterAChangeTheStatusIsThatOfTheGenerationBefore() {
        Deployment answered = app.annotate("g-1");
        DeploymentStatus status = answered.getStatus();
        assertThat(status.getObservedGeneration())
                .isLessThan(answered.getMetadata().getGeneration());
        assertThat(status.getUpdatedReplicas()).as("all is well, it seems").isEqualTo(2);
        assertThat(status.getAvailableReplicas()).isEqualTo(2);
        app.awaitDone();
    }

    @Test
    void theCountsAreCompleteWhileOldPodsStillRunWithTheOldValue() {
        // PID 1 is not ended by a signal that it has not asked for: these pods take their whole grace period.
        PodSpec slow = new PodSpecBuilder(Cluster.consumer(share, "app", "sleep 2147483647"))
                .withTerminationGracePeriodSeconds(Cluster.LONGEST.toSeconds() * 2)
                .build();
        Rollout slowly = Rollout.of(client, "slow", 2, slow);
        slowly.awaitDone();
        List<String> before = slowly.podNames();
        put("new");
        slowly.annotate("g-1");
        await().atMost(Cluster.LONGEST).until(slowly::countsAreComplete);

        assertThat(slowly.podNames()).hasSize(4).containsAll(before);
        assertThat(slowly.isDone()).isFalse();
        before.forEach(pod -> {
            assertThat(client.pods().withName(pod).get().getMetadata().getDeletionTimestamp())
                    .isNotNull();
            assertThat(key(pod)).as("what an ending pod still uses").isEqualTo("old");
        });

        before.forEach(pod -> client.pods().withName(pod).withGracePeriod(0).delete());
        slowly.awaitDone();
        slowly.podNames().forEach(pod -> assertThat(key(pod)).isEqualTo("new"));
    }

    @Test
    void aRolloutThatFailsIsReportedAndNotRolledBackAndTheOldPodsRunOn() {
        List<String> before = app.podNames();
        put("bad");
        app.annotate("g-bad");
        app.awaitGivenUp();
        Deployment found = app.deployment().get();
        assertThat(found.getSpec().getTemplate().getMetadata().getAnnotations()).containsEntry("generation", "g-bad");
        assertThat(app.podNames()).containsAll(before);
        // A probe that a busy machine answers late takes a pod out for a moment.
        await().atMost(Cluster.LONGEST)
                .until(() -> app.deployment().get().getStatus().getAvailableReplicas() == 2);
    }

    @Test
    void undoRestoresTheTemplateAndNotTheData() {
        List<String> before = app.podNames();
        put("bad");
        app.annotate("g-bad");
        app.awaitGivenUp();
        app.deployment().rolling().undo();
        app.awaitDone();
        assertThat(app.podNames()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(Cluster.plain(client.secrets().withName("app").get(), "KEY")).isEqualTo("bad");
        // All looks well until a pod has to start.
        client.pods().withName(before.get(0)).delete();
        await().atMost(Cluster.LONGEST)
                .until(() -> app.pods().stream()
                        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                        .anyMatch(container -> container.getRestartCount() > 0));
        put("old");
        client.pods().withLabel("app", "app").delete();
        app.awaitDone();
    }

    @Test
    void aSecretThatIsMissingHoldsThePodBackAndIsTakenWhenItComes() {
        client.secrets().withName("app").delete();
        app.annotate("g-1");
        app.awaitGivenUp();
        assertThat(app.deployment().get().getStatus().getAvailableReplicas()).isEqualTo(2);
        Cluster.secret(client, "app", Map.of("KEY", "late"));
        app.awaitDone();
        app.podNames().forEach(pod -> assertThat(key(pod)).isEqualTo("late"));
    }

    private void put(String value) {
        Cluster.put(client, "app", "KEY", value);
    }

    /** What a running pod has in its environment. */
    private String key(String pod) {
        return Cluster.exec(client, pod, "sh", "-c", "echo $KEY");
    }
}
