package dev.keyturn.rig.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
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

/**
 * A Deployment, and what is asked of it while it rolls. It starts all new pods at once, keeps as many available as it has, and gives up
 * after six seconds without progress.
 */
final class Rollout {
    private final KubernetesClient client;
    private final String name;
    private final int replicas;

    private Rollout(KubernetesClient client, String name, int replicas) {
        this.client = client;
        this.name = name;
        this.replicas = replicas;
    }

    /** Makes the Deployment and does not wait for it. Its pods have the label {@code app} with its name. */
    static Rollout of(KubernetesClient client, String name, int replicas, PodSpec pod) {
        client.apps()
                .deployments()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withProgressDeadlineSeconds(6)
                        .withNewStrategy()
                        .withType("RollingUpdate")
                        .withNewRollingUpdate()
                        .withMaxUnavailable(new IntOrString(0))
                        .withMaxSurge(new IntOrString(replicas))
                        .endRollingUpdate()
                        .endStrategy()
                        .withNewSelector()
                        .withMatchLabels(Map.of("app", name))
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(Map.of("app", name))
                        .endMetadata()
                        .withSpec(pod)
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        return new Rollout(client, name, replicas);
    }

    RollableScalableResource<Deployment> deployment() {
        return client.apps().deployments().withName(name);
    }

    /** Changes an annotation of the template: pods of the template before are replaced. */
    Deployment annotate(String generation) {
        return deployment()
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"generation\": \"" + generation
                                + "\"}}}}}");
    }

    /** What {@code kubectl rollout status} asks. */
    boolean countsAreComplete() {
        Deployment found = deployment().get();
        DeploymentStatus status = found.getStatus();
        return Objects.equals(
                        status.getObservedGeneration(), found.getMetadata().getGeneration())
                && Objects.equals(status.getUpdatedReplicas(), replicas)
                && Objects.equals(status.getReplicas(), replicas)
                && Objects.equals(status.getAvailableReplicas(), replicas);
    }

    /** The counts are complete, and no pod of an older template is left, not even an ending one. */
    boolean isDone() {
        return countsAreComplete() && pods().size() == replicas;
    }

    void awaitDone() {
        await().atMost(Cluster.LONGEST).until(this::isDone);
    }

    /** Waits for {@code ProgressDeadlineExceeded}. */
    void awaitGivenUp() {
        await().atMost(Cluster.LONGEST).until(this::hasGivenUp);
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

    List<Pod> pods() {
        return client.pods().withLabel("app", name).list().getItems();
    }

    List<String> podNames() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    }

    List<String> replicaSets() {
        return client.apps().replicaSets().withLabel("app", name).list().getItems().stream()
                .map(set -> set.getMetadata().getName())
                .sorted()
                .toList();
    }
}
