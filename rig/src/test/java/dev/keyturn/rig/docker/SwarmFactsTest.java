package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.ContainerSpecFile;
import com.github.dockerjava.api.model.ContainerSpecSecret;
import com.github.dockerjava.api.model.EndpointResolutionMode;
import com.github.dockerjava.api.model.EndpointSpec;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.SecretSpec;
import com.github.dockerjava.api.model.Service;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.ServiceUpdateState;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.TaskState;
import com.github.dockerjava.api.model.UpdateConfig;
import com.github.dockerjava.api.model.UpdateFailureAction;
import com.github.dockerjava.api.model.UpdateOrder;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A service that ends at once when its secret says {@code bad}, as one does whose first login is refused, and says when it is well. Without
 * a health check Swarm would take it for well as soon as it has seen it run, and on a slow machine end the old task before the new one ends.
 */
@OnDocker
@Timeout(480)
class SwarmFactsTest {
    private static final String PROGRAM =
            "grep -q bad /run/secrets/key && exit 1; touch /tmp/well; trap 'exit 0' TERM; sleep 2147483647 & wait";

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private DockerShare docker;
    private DockerClient client;

    @BeforeEach
    void swarm(DockerShare share) {
        docker = share;
        client = share.client();
        docker.needSwarm();
        secret("key-1", "old");
        client.createServiceCmd(spec("key-1")).exec();
        // Its container runs before Swarm has seen that: an update in between would replace it as one that never ran.
        await().atMost(LONGEST).until(() -> running().size() == 1 && tasksRunning() == 1);
    }

    @Test
    void aServiceTakesAnotherSecretAtTheSameTarget() {
        secret("key-2", "new");
        update("key-2");
        assertThat(updated()).isEqualTo(ServiceUpdateState.COMPLETED);
        await().atMost(LONGEST).until(() -> running().size() == 1);
        assertThat(docker.docker("exec", running().get(0).getId(), "cat", "/run/secrets/key")
                        .expectSuccess()
                        .text())
                .isEqualTo("new");
    }

    @Test
    void aBadUpdateIsRolledBackWhileTheOldTaskGoesOnAndOnlyTheStateTells() {
        String before = running().get(0).getId();
        secret("key-2", "bad");
        update("key-2");
        assertThat(updated()).isEqualTo(ServiceUpdateState.ROLLBACK_COMPLETED);
        assertThat(running()).extracting(Container::getId).contains(before);
        assertThat(mounted()).isEqualTo(docker.name() + "-key-1");
    }

    @Test
    void theClientEndsWithZeroAfterARollback() {
        secret("key-2", "bad");
        assertThat(docker.docker(
                                "service",
                                "update",
                                "--no-resolve-image",
                                "--secret-rm",
                                docker.name() + "-key-1",
                                "--secret-add",
                                "source=" + docker.name() + "-key-2,target=key",
                                docker.name())
                        .status())
                .isZero();
        assertThat(updated()).isEqualTo(ServiceUpdateState.ROLLBACK_COMPLETED);
    }

    @Test
    void aSecretInUseCannotBeRemovedAndOneThatIsNotCan() {
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> client.removeSecretCmd(secretId("key-1")).exec())
                .withMessageContaining("in use");
        secret("key-2", "new");
        update("key-2");
        assertThat(updated()).isEqualTo(ServiceUpdateState.COMPLETED);
        client.removeSecretCmd(secretId("key-1")).exec();
        assertThat(client.listSecretsCmd().exec())
                .extracting(secret -> secret.getSpec().getName())
                .contains(docker.name() + "-key-2")
                .doesNotContain(docker.name() + "-key-1");
    }

    @Test
    void aSecretIsNeitherReadNorChangedNorMadeTwice() {
        assertThat(docker.docker("secret", "inspect", docker.name() + "-key-1").text())
                .doesNotContain("Data", "old", "b2xk");
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> secret("key-1", "new"))
                .withMessageContaining("already exists");
        assertThat(docker.docker("secret", "--help").text()).doesNotContain("update");
    }

    @Test
    void anUpdateFromAnOldVersionIsRefusedAsAnInternalError() {
        Service seen = service();
        secret("key-2", "new");
        update("key-2");
        assertThatExceptionOfType(InternalServerErrorException.class)
                .isThrownBy(() -> client.updateServiceCmd(seen.getId(), spec("key-1"))
                        .withVersion(seen.getVersion().getIndex())
                        .exec())
                .withMessageContaining("update out of sequence");
        assertThat(mounted()).isEqualTo(docker.name() + "-key-2");
    }

    @Test
    void theSameSpecificationAgainReplacesNoTask() {
        String before = running().get(0).getId();
        update("key-1");
        await().during(Duration.ofSeconds(2))
                .atMost(LONGEST)
                .until(() -> running().size() == 1 && running().get(0).getId().equals(before));
    }

    @Test
    void theLibrarysSpecificationOfASecretPrintsTheValue() {
        // docker-java 3.7.1; "c2VjcmV0" is "secret". So a specification is never logged nor put into a message.
        assertThat(new SecretSpec().withName("key").withData("secret").toString())
                .containsAnyOf("c2VjcmV0", "=secret");
    }

    private void secret(String name, String value) {
        client.createSecretCmd(new SecretSpec()
                        .withName(docker.name() + "-" + name)
                        .withData(value)
                        .withLabels(Map.of()))
                .exec();
    }

    private String secretId(String name) {
        return client.listSecretsCmd().exec().stream()
                .filter(secret -> secret.getSpec().getName().equals(docker.name() + "-" + name))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    private ServiceSpec spec(String secret) {
        ContainerSpecSecret mounted = new ContainerSpecSecret()
                .withSecretId(secretId(secret))
                .withSecretName(docker.name() + "-" + secret)
                .withFile(new ContainerSpecFile()
                        .withName("key")
                        .withUid("0")
                        .withGid("0")
                        .withMode(0400L));
        return new ServiceSpec()
                .withName(docker.name())
                .withTaskTemplate(new TaskSpec()
                        .withContainerSpec(new ContainerSpec()
                                .withImage(docker.busybox())
                                .withCommand(List.of("sh", "-c", PROGRAM))
                                .withHealthCheck(new HealthCheck()
                                        .withTest(List.of("CMD", "test", "-e", "/tmp/well"))
                                        .withInterval(Duration.ofMillis(500).toNanos())
                                        .withTimeout(LONGEST.toNanos())
                                        .withStartPeriod(LONGEST.toNanos()))
                                .withSecrets(List.of(mounted))))
                .withEndpointSpec(new EndpointSpec().withMode(EndpointResolutionMode.DNSRR))
                .withUpdateConfig(new UpdateConfig()
                        .withParallelism(1L)
                        .withOrder(UpdateOrder.START_FIRST)
                        .withFailureAction(UpdateFailureAction.ROLLBACK)
                        .withMonitor(Duration.ofSeconds(3).toNanos()))
                .withRollbackConfig(new UpdateConfig()
                        .withParallelism(1L)
                        .withOrder(UpdateOrder.START_FIRST)
                        .withFailureAction(UpdateFailureAction.PAUSE)
                        .withMonitor(Duration.ofSeconds(1).toNanos()));
    }

    private void update(String secret) {
        Service found = service();
        client.updateServiceCmd(found.getId(), spec(secret))
                .withVersion(found.getVersion().getIndex())
                .exec();
    }

    private Service service() {
        return client.inspectServiceCmd(docker.name()).exec();
    }

    private String mounted() {
        return service()
                .getSpec()
                .getTaskTemplate()
                .getContainerSpec()
                .getSecrets()
                .get(0)
                .getSecretName();
    }

    /** The state in which the update ended. */
    private ServiceUpdateState updated() {
        List<ServiceUpdateState> ends = List.of(
                ServiceUpdateState.COMPLETED,
                ServiceUpdateState.PAUSED,
                ServiceUpdateState.ROLLBACK_COMPLETED,
                ServiceUpdateState.ROLLBACK_PAUSED);
        await().atMost(LONGEST)
                .until(() -> service().getUpdateStatus() != null
                        && ends.contains(service().getUpdateStatus().getState()));
        return service().getUpdateStatus().getState();
    }

    private long tasksRunning() {
        return client.listTasksCmd().withServiceFilter(docker.name()).exec().stream()
                .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                .count();
    }

    private List<Container> running() {
        return client.listContainersCmd()
                .withLabelFilter(Map.of("com.docker.swarm.service.name", docker.name()))
                .exec();
    }
}
