package dev.keyturn.rig;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.LocalNodeState;
import com.github.dockerjava.api.model.SwarmSpec;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Names of one's own on the rig's Docker engine. All whose name begins with {@link #name()} is removed at the end:
 * services, containers, networks, volumes, secrets and configs; so is the Compose project of that name.
 */
public final class DockerShare implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final DockerClient client;

    private DockerShare(String name) {
        this.name = name;
        // Made by hand: the defaults read the contributor's own settings.
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(Variables.get("KEYTURN_RIG_DOCKER_HOST"))
                .withDockerTlsVerify(false)
                .withDockerConfig(Variables.get("KEYTURN_RIG_DOCKER_CONFIG"))
                .build();
        this.client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
    }

    static DockerShare open(String name) {
        return new DockerShare(name);
    }

    /** The Compose project, and the beginning of every other name. */
    public String name() {
        return name;
    }

    /** A client of the engine; closed at the end. */
    public DockerClient client() {
        return client;
    }

    /** The name of a small image with a shell, which the engine has. */
    public String busybox() {
        return Variables.get("KEYTURN_RIG_IMAGE_BUSYBOX");
    }

    /** The name of the image of a consumer of secrets, {@code .ci/rig/images.d/app.py}, which the engine has. */
    public String app() {
        return Variables.get("KEYTURN_RIG_IMAGE_APP");
    }

    /** The name of the image of a user who never stops asking, {@code .ci/rig/images.d/traffic.py}, which the engine has. */
    public String traffic() {
        return Variables.get("KEYTURN_RIG_IMAGE_TRAFFIC");
    }

    /** The name of an image of PostgreSQL, which the engine has. */
    public String postgres() {
        return Variables.get("KEYTURN_RIG_IMAGE_POSTGRES");
    }

    /** The name of an image of Redis, which the engine has. */
    public String redis() {
        return Variables.get("KEYTURN_RIG_IMAGE_REDIS");
    }

    /** Runs the engine's own client, for at most two minutes. */
    public Output docker(String... arguments) {
        return run(Path.of("/"), List.of(), arguments);
    }

    /** Runs Compose for this share's project in a folder, for at most two minutes. */
    public Output compose(Path folder, String... arguments) {
        return run(folder, List.of("compose", "-p", name), arguments);
    }

    /** Makes the engine a swarm of one node, unless it is one. It stays one, as others may use it. */
    public void needSwarm() {
        if (!isSwarm()) {
            beSwarm();
        }
    }

    /** As one of several processes that found no swarm at the same moment: the engine takes the first and refuses the others. */
    void beSwarm() {
        try {
            client.initializeSwarmCmd(new SwarmSpec())
                    .withListenAddr("127.0.0.1")
                    .withAdvertiseAddr("127.0.0.1")
                    .exec();
        } catch (DockerException e) {
            try {
                await().atMost(BOUND).until(this::isSwarm);
            } catch (ConditionTimeoutException none) {
                e.addSuppressed(none);
                throw e;
            }
        }
    }

    private boolean isSwarm() {
        return client.infoCmd().exec().getSwarm().getLocalNodeState() == LocalNodeState.ACTIVE;
    }

    /** @throws IllegalStateException with all that could not be removed, and why */
    @Override
    public void close() {
        close(PATIENCE);
    }

    void close(Duration patience) {
        try (client) {
            long end = System.nanoTime() + patience.toNanos();
            List<String> left = removeAll();
            while (!left.isEmpty() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(100);
                left = removeAll();
            }
            if (!left.isEmpty()) {
                throw new IllegalStateException("cannot take back within " + patience.toSeconds() + " s: " + left);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while taking back what is called " + name + "*", e);
        }
    }

    /**
     * Removes what there is, in the order in which the one uses the other. What is refused may be in use by what is just going, a task's
     * container or the last one of a network.
     *
     * @return what was refused, and why; empty when all was removed
     */
    private List<String> removeAll() {
        List<String> left = new ArrayList<>();
        boolean swarm = isSwarm();
        if (swarm) {
            // First: the swarm would start a container anew while it is being removed.
            client.listServicesCmd().exec().stream()
                    .filter(service -> service.getSpec().getName().startsWith(name))
                    .forEach(service -> remove(
                            left,
                            "service " + service.getSpec().getName(),
                            client.removeServiceCmd(service.getId())::exec));
        }
        client.listContainersCmd().withShowAll(true).exec().stream()
                .filter(container -> isMine(container.getNames(), container.getLabels()))
                .forEach(container -> remove(
                        left,
                        "container " + List.of(container.getNames()),
                        client.removeContainerCmd(container.getId())
                                .withForce(true)
                                .withRemoveVolumes(true)::exec));
        client.listNetworksCmd().exec().stream()
                .filter(network -> network.getName().startsWith(name))
                .forEach(network ->
                        remove(left, "network " + network.getName(), client.removeNetworkCmd(network.getId())::exec));
        client.listVolumesCmd().exec().getVolumes().stream()
                .map(InspectVolumeResponse::getName)
                .filter(volume -> volume.startsWith(name))
                .forEach(volume -> remove(left, "volume " + volume, client.removeVolumeCmd(volume)::exec));
        if (swarm) {
            client.listSecretsCmd().exec().stream()
                    .filter(secret -> secret.getSpec().getName().startsWith(name))
                    .forEach(secret -> remove(
                            left,
                            "secret " + secret.getSpec().getName(),
                            client.removeSecretCmd(secret.getId())::exec));
            client.listConfigsCmd().exec().stream()
                    .filter(config -> config.getSpec().getName().startsWith(name))
                    .forEach(config -> remove(
                            left,
                            "config " + config.getSpec().getName(),
                            client.removeConfigCmd(config.getId())::exec));
        }
        return left;
    }

    private static void remove(List<String> left, String what, Runnable removal) {
        try {
            removal.run();
        } catch (NotFoundException e) {
            // gone with something else
        } catch (DockerException e) {
            left.add(what + " (" + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ") + ")");
        }
    }

    private boolean isMine(String[] names, Map<String, String> labels) {
        return List.of(names).stream().anyMatch(one -> one.startsWith("/" + name))
                || name.equals(labels.get("com.docker.compose.project"));
    }

    private Output run(Path folder, List<String> before, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Variables.get("KEYTURN_RIG_DOCKER")));
        command.addAll(before);
        command.addAll(List.of(arguments));
        Map<String, String> environment = Map.of(
                "DOCKER_HOST", Variables.get("KEYTURN_RIG_DOCKER_HOST"),
                "DOCKER_CONFIG", Variables.get("KEYTURN_RIG_DOCKER_CONFIG"),
                "DOCKER_CONTEXT", "");
        return Output.of(folder, environment, BOUND, command);
    }
}
