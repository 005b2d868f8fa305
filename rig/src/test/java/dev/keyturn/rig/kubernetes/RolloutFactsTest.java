package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Deployment whose pods end at once when their secret says {@code bad}, as one does whose first login is refused. */
@OnKubernetes
@Timeout(480)
class RolloutFactsTest {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private KubernetesClient client;

    @BeforeEach
    void deploy(KubernetesShare share) {
        client = share.client();
        Cluster.secret(client, "app", Map.of("KEY", "old"));
        client.apps()
                .deployments()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("app")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(2)
                        .withProgressDeadlineSeconds(6)
                        .withNewSelector()
                        .withMatchLabels(Map.of("app", "app"))
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(Map.of("app", "app"))
                        .endMetadata()
                        .withSpec(Cluster.consumer(share, "app", "[ $KEY != bad ] || exit 1; " + Cluster.runsForEver()))
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
    }

    @Test
    void aChangedSecretRollsNothingAndARestartBringsTheNewValue() {
        List<String> before = podNames();
        put("new");
        assertThat(deployment().get().getMetadata().getGeneration()).isEqualTo(1);
        deployment().rolling().restart();
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
        assertThat(podNames()).doesNotContainAnyElementsOf(before);
        podNames()
                .forEach(pod -> assertThat(Cluster.exec(client, pod, "sh", "-c", "echo $KEY"))
                        .isEqualTo("new"));
    }

    @Test
    void aChangedAnnotationOfTheTemplateRollsAndTheSameAgainDoesNot() {
        assertThat(annotate("g-1").getMetadata().getGeneration()).isEqualTo(2);
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
        List<String> before = podNames();
        assertThat(annotate("g-1").getMetadata().getGeneration()).isEqualTo(2);
        assertThat(isRolledOut()).isTrue();
        assertThat(podNames()).isEqualTo(before);
    }

    @Test
    void rightAfterAChangeTheStatusIsThatOfTheGenerationBefore() {
        Deployment answered = annotate("g-1");
        DeploymentStatus status = answered.getStatus();
        assertThat(status.getObservedGeneration())
                .isLessThan(answered.getMetadata().getGeneration());
        assertThat(status.getUpdatedReplicas()).as("all is well, it seems").isEqualTo(2);
        assertThat(status.getAvailableReplicas()).isEqualTo(2);
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
    }

    @Test
    void aRolloutThatFailsIsReportedAndNotRolledBackAndTheOldPodsServeOn() {
        List<String> before = podNames();
        put("bad");
        annotate("g-bad");
        await().atMost(Cluster.LONGEST).until(this::hasGivenUp);
        Deployment found = deployment().get();
        assertThat(found.getSpec().getTemplate().getMetadata().getAnnotations()).containsEntry("generation", "g-bad");
        assertThat(podNames()).containsAll(before);
        // A probe that a busy machine answers late takes a pod out for a moment.
        await().atMost(Cluster.LONGEST)
                .until(() -> deployment().get().getStatus().getAvailableReplicas() == 2);
    }

    @Test
    void undoRestoresTheTemplateAndNotTheData() {
        List<String> before = podNames();
        put("bad");
        annotate("g-bad");
        await().atMost(Cluster.LONGEST).until(this::hasGivenUp);
        deployment().rolling().undo();
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
        assertThat(podNames()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(Cluster.plain(client.secrets().withName("app").get(), "KEY")).isEqualTo("bad");
        // All looks well until a pod has to start.
        client.pods().withName(before.get(0)).delete();
        await().atMost(Cluster.LONGEST)
                .until(() -> pods().stream()
                        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                        .anyMatch(container -> container.getRestartCount() > 0));
        put("old");
        client.pods().withLabel("app", "app").delete();
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
    }

    @Test
    void aSecretThatIsMissingHoldsThePodBackAndIsTakenWhenItComes() {
        client.secrets().withName("app").delete();
        annotate("g-1");
        await().atMost(Cluster.LONGEST).until(this::hasGivenUp);
        assertThat(deployment().get().getStatus().getAvailableReplicas()).isEqualTo(2);
        Cluster.secret(client, "app", Map.of("KEY", "late"));
        await().atMost(Cluster.LONGEST).until(this::isRolledOut);
        podNames()
                .forEach(pod -> assertThat(Cluster.exec(client, pod, "sh", "-c", "echo $KEY"))
                        .isEqualTo("late"));
    }

    private RollableScalableResource<Deployment> deployment() {
        return client.apps().deployments().withName("app");
    }

    private void put(String value) {
        client.secrets().withName("app").patch(MERGE, "{\"data\": {\"KEY\": \"" + Cluster.base64(value) + "\"}}");
    }

    private Deployment annotate(String generation) {
        return deployment()
                .patch(
                        MERGE,
                        "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"generation\": \"" + generation
                                + "\"}}}}}");
    }

    /** As {@code kubectl rollout status} asks, and no pod of an older template left, not even an ending one. */
    private boolean isRolledOut() {
        Deployment found = deployment().get();
        DeploymentStatus status = found.getStatus();
        return Objects.equals(
                        status.getObservedGeneration(), found.getMetadata().getGeneration())
                && Objects.equals(status.getUpdatedReplicas(), 2)
                && Objects.equals(status.getReplicas(), 2)
                && Objects.equals(status.getAvailableReplicas(), 2)
                && pods().size() == 2;
    }

    private boolean hasGivenUp() {
        Deployment found = deployment().get();
        return Objects.equals(
                        found.getStatus().getObservedGeneration(),
                        found.getMetadata().getGeneration())
                && found.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Progressing")
                                && condition.getStatus().equals("False")
                                && condition.getReason().equals("ProgressDeadlineExceeded"));
    }

    private List<Pod> pods() {
        return client.pods().withLabel("app", "app").list().getItems();
    }

    private List<String> podNames() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    }
}
