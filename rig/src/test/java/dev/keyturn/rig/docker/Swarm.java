package dev.keyturn.rig.docker;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
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
import com.github.dockerjava.api.model.Task;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.TaskState;
import com.github.dockerjava.api.model.UpdateConfig;
import com.github.dockerjava.api.model.UpdateFailureAction;
import com.github.dockerjava.api.model.UpdateOrder;
import dev.keyturn.rig.DockerShare;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the tests say to a swarm about one service, which has one task, and about its secrets. */
final class Swarm {
    static final Duration LONGEST = Duration.ofMinutes(2);

    private final DockerShare docker;
    private final DockerClient client;
    private final String service;

    /** @param service its name, which begins with the share's */
    Swarm(DockerShare docker, String service) {
        this.docker = docker;
        this.client = docker.client();
        this.service = service;
        docker.needSwarm();
    }

    String name() {
        return service;
    }

    void secret(String name, String value) {
        client.createSecretCmd(new SecretSpec()
                        .withName(docker.name() + "-" + name)
                        .withData(value)
                        .withLabels(Map.of()))
                .exec();
    }

    String secretId(String name) {
        return client.listSecretsCmd().exec().stream()
                .filter(secret -> secret.getSpec().getName().equals(docker.name() + "-" + name))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    /** A secret as the file {@code /run/secrets/key}. */
    ContainerSpecSecret mount(String secret) {
        return new ContainerSpecSecret()
                .withSecretId(secretId(secret))
                .withSecretName(docker.name() + "-" + secret)
                .withFile(new ContainerSpecFile()
                        .withName("key")
                        .withUid("0")
                        .withGid("0")
                        .withMode(0400L));
    }

    /** Starts first, goes back by itself, and takes an update for well when the new task has run for the time of the watch. */
    ServiceSpec spec(Duration watch, ContainerSpec container) {
        return new ServiceSpec()
                .withName(service)
                .withTaskTemplate(new TaskSpec().withContainerSpec(container))
                .withEndpointSpec(new EndpointSpec().withMode(EndpointResolutionMode.DNSRR))
                .withUpdateConfig(new UpdateConfig()
                        .withParallelism(1L)
                        .withOrder(UpdateOrder.START_FIRST)
                        .withFailureAction(UpdateFailureAction.ROLLBACK)
                        .withMonitor(watch.toNanos()))
                .withRollbackConfig(new UpdateConfig()
                        .withParallelism(1L)
                        .withOrder(UpdateOrder.START_FIRST)
                        .withFailureAction(UpdateFailureAction.PAUSE)
                        .withMonitor(Duration.ofSeconds(1).toNanos()));
    }

    /** Asked twice a second; a failure does not count for the first two minutes, or until it has been well once. */
    static HealthCheck health(String... command) {
        return new HealthCheck()
                .withTest(List.of(command))
                .withInterval(Duration.ofMillis(500).toNanos())
                .withTimeout(LONGEST.toNanos())
                .withStartPeriod(LONGEST.toNanos());
    }

    static HealthCheck noHealth() {
        return new HealthCheck().withTest(List.of("NONE"));
    }

    /** Returns when the task runs. */
    void create(ServiceSpec spec) {
        client.createServiceCmd(spec).exec();
        // Its container runs before Swarm has seen that: an update in between would replace it as one that never ran.
        await().atMost(LONGEST).until(() -> running().size() == 1 && tasks(TaskState.RUNNING) == 1);
    }

    void update(ServiceSpec spec) {
        Service found = service();
        client.updateServiceCmd(found.getId(), spec)
                .withVersion(found.getVersion().getIndex())
                .exec();
    }

    Service service() {
        return client.inspectServiceCmd(service).exec();
    }

    /** The name of the service's secret. */
    String mounted() {
        return service()
                .getSpec()
                .getTaskTemplate()
                .getContainerSpec()
                .getSecrets()
                .get(0)
                .getSecretName();
    }

    /** The state in which the update ended. */
    ServiceUpdateState updated() {
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

    /** Of all times, as far as Swarm remembers them. */
    List<Task> tasks() {
        return client.listTasksCmd().withServiceFilter(service).exec();
    }

    long tasks(TaskState state) {
        return tasks().stream()
                .filter(task -> task.getStatus().getState() == state)
                .count();
    }

    List<Container> running() {
        return client.listContainersCmd()
                .withLabelFilter(Map.of("com.docker.swarm.service.name", service))
                .exec();
    }

    /** The only container that runs. */
    String container() {
        List<Container> found = running();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " containers of " + service + " run, expected 1");
        }
        return found.get(0).getId();
    }
}
