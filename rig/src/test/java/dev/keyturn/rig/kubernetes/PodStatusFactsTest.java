package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** What the status of a pod tells about the reason why it does not serve, for whoever has to report it. */
@OnKubernetes
@Timeout(480)
@TestInstance(Lifecycle.PER_CLASS)
class PodStatusFactsTest {
    private KubernetesShare share;
    private KubernetesClient client;

    @BeforeAll
    void namespace(KubernetesShare given) {
        share = given;
        client = share.client();
    }

    @Test
    void aVariableFromASecretOrAKeyThatIsMissingIsCreateContainerConfigErrorUntilItComes() {
        Cluster.secret(client, "partial", Map.of("OTHER", "any"));
        Cluster.create(client, "no-secret", byVariable("missing"));
        Cluster.create(client, "no-key", byVariable("partial"));
        awaitConfigError("no-secret", "secret \"missing\" not found");
        awaitConfigError("no-key", "couldn't find key KEY in Secret");
        assertThat(pod("no-secret").getStatus().getPhase()).isEqualTo("Pending");

        Cluster.secret(client, "missing", Map.of("KEY", "late"));
        awaitRunning("no-secret");
        assertThat(Cluster.exec(client, "no-secret", "sh", "-c", "echo $KEY")).isEqualTo("late");
    }

    @Test
    void anImageThatIsNotThereIsErrImagePullAndImagePullBackOffInTurn() {
        // Nothing listens there, so the refusal comes at once.
        Cluster.create(client, "no-image", with("127.0.0.1:1/nothing:1", "true"));
        await().atMost(Cluster.LONGEST)
                .until(() -> Stream.of("Error: ErrImagePull", "Error: ImagePullBackOff")
                        .allMatch(said -> events("no-image").contains(said)));
        ContainerStatus found = status("no-image").orElseThrow();
        assertThat(found.getState().getWaiting().getReason()).isIn("ErrImagePull", "ImagePullBackOff");
        assertThat(found.getState().getWaiting().getMessage()).contains("127.0.0.1:1/nothing:1");
        assertThat(found.getRestartCount()).as("it has never started").isZero();
    }

    @Test
    void aContainerThatTakesTooMuchMemoryIsOomKilled() {
        PodSpec greedy = with(share.busybox(), "exec tail /dev/zero");
        greedy.getContainers()
                .get(0)
                .setResources(new ResourceRequirementsBuilder()
                        .addToLimits("memory", new Quantity("16Mi"))
                        .build());
        Cluster.create(client, "greedy", greedy);
        await().atMost(Cluster.LONGEST).until(() -> lastEnd("greedy").isPresent());
        ContainerStateTerminated end = lastEnd("greedy").orElseThrow();
        assertThat(end.getReason()).isEqualTo("OOMKilled");
        assertThat(end.getExitCode()).isEqualTo(137);
    }

    @Test
    void aRestartByTheLivenessProbeIsCountedInThePodThatStaysAndReadsTheNewSecret() {
        Cluster.secret(client, "alive", Map.of("KEY", "old"));
        PodSpec spec = byVariable("alive");
        spec.getContainers()
                .get(0)
                .setLivenessProbe(new ProbeBuilder()
                        .withNewExec()
                        .withCommand("sh", "-c", "[ ! -e /tmp/dead ]")
                        .endExec()
                        .withPeriodSeconds(1)
                        .withTimeoutSeconds(5)
                        .withFailureThreshold(1)
                        .build());
        Pod before = Cluster.ready(client, "alive", spec);
        int restarts = status("alive").orElseThrow().getRestartCount();
        Cluster.put(client, "alive", "KEY", "new");
        Cluster.exec(client, "alive", "touch", "/tmp/dead");
        await().atMost(Cluster.LONGEST)
                .until(() -> status("alive").orElseThrow().getRestartCount() > restarts);
        awaitRunning("alive");

        Pod after = pod("alive");
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getStatus().getStartTime())
                .as("the pod's start says nothing of it")
                .isEqualTo(before.getStatus().getStartTime());
        assertThat(lastEnd("alive").orElseThrow().getExitCode()).isZero();
        assertThat(events("alive")).anyMatch(said -> said.contains("failed liveness probe, will be restarted"));
        await().atMost(Cluster.LONGEST)
                .until(() ->
                        Cluster.exec(client, "alive", "sh", "-c", "echo $KEY").equals("new"));
    }

    private PodSpec byVariable(String secret) {
        PodSpec spec = with(share.busybox(), Cluster.runsForEver());
        spec.getContainers().get(0).setEnv(List.of(Consumer.fromSecret("KEY", secret, "KEY")));
        return spec;
    }

    private static PodSpec with(String image, String program) {
        return new PodSpecBuilder()
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("app")
                .withImage(image)
                .withCommand("sh", "-c", program)
                .endContainer()
                .build();
    }

    private void awaitConfigError(String pod, String message) {
        await().atMost(Cluster.LONGEST)
                .until(() -> status(pod)
                        .map(ContainerStatus::getState)
                        .map(ContainerState::getWaiting)
                        .filter(waiting -> "CreateContainerConfigError".equals(waiting.getReason()))
                        .filter(waiting -> waiting.getMessage().contains(message))
                        .isPresent());
    }

    private void awaitRunning(String pod) {
        await().atMost(Cluster.LONGEST)
                .until(() -> status(pod)
                        .map(ContainerStatus::getState)
                        .map(ContainerState::getRunning)
                        .isPresent());
    }

    private Pod pod(String name) {
        return client.pods().withName(name).get();
    }

    private Optional<ContainerStatus> status(String pod) {
        return pod(pod).getStatus().getContainerStatuses().stream().findFirst();
    }

    /** How its container ended last: it may not have been started again yet, or be running since. */
    private Optional<ContainerStateTerminated> lastEnd(String pod) {
        return status(pod)
                .flatMap(found -> Stream.of(found.getState(), found.getLastState())
                        .map(ContainerState::getTerminated)
                        .filter(end -> end != null)
                        .findFirst());
    }

    private List<String> events(String pod) {
        return client.v1().events().withField("involvedObject.name", pod).list().getItems().stream()
                .map(event -> String.valueOf(event.getMessage()))
                .toList();
    }
}
