package dev.keyturn.rig;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
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

/**
 * Names of one's own on the rig's Docker engine. All whose name begins with {@link #name()} is removed at the end:
 * services, containers, networks, volumes, secrets and configs; so is the Compose project of that name.
 */
public final class DockerShare implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(2);

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
        synchronized (DockerShare.class) {
            if (client.infoCmd().exec().getSwarm().getLocalNodeState() != LocalNodeState.ACTIVE) {
                client.initializeSwarmCmd(new SwarmSpec())
                        .withListenAddr("127.0.0.1")
                        .withAdvertiseAddr("127.0.0.1")
                        .exec();
            }
        }
    }

    @Override
    public void close() {
        try (client) {
            // Services first: the swarm would start a container anew while it is being removed.
            if (client.infoCmd().exec().getSwarm().getLocalNodeState() == LocalNodeState.ACTIVE) {
                client.listServicesCmd().exec().stream()
                        .filter(service -> service.getSpec().getName().startsWith(name))
                        .forEach(service ->
                                client.removeServiceCmd(service.getId()).exec());
            }
            client.listContainersCmd().withShowAll(true).exec().stream()
                    .filter(container -> isMine(container.getNames(), container.getLabels()))
                    .forEach(container -> ifThere(() -> client.removeContainerCmd(container.getId())
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec()));
            client.listNetworksCmd().exec().stream()
                    .filter(network -> network.getName().startsWith(name))
                    .forEach(network -> ifThere(
                            () -> client.removeNetworkCmd(network.getId()).exec()));
            client.listVolumesCmd().exec().getVolumes().stream()
                    .filter(volume -> volume.getName().startsWith(name))
                    .forEach(volume -> ifThere(
                            () -> client.removeVolumeCmd(volume.getName()).exec()));
            if (client.infoCmd().exec().getSwarm().getLocalNodeState() == LocalNodeState.ACTIVE) {
                client.listSecretsCmd().exec().stream()
                        .filter(secret -> secret.getSpec().getName().startsWith(name))
                        .forEach(secret -> ifThere(
                                () -> client.removeSecretCmd(secret.getId()).exec()));
                client.listConfigsCmd().exec().stream()
                        .filter(config -> config.getSpec().getName().startsWith(name))
                        .forEach(config -> ifThere(
                                () -> client.removeConfigCmd(config.getId()).exec()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isMine(String[] names, Map<String, String> labels) {
        return List.of(names).stream().anyMatch(one -> one.startsWith("/" + name))
                || name.equals(labels.get("com.docker.compose.project"));
    }

    /** The engine may be removing it at this moment: a task's container, a network with its last one. */
    private static void ifThere(Runnable removal) {
        try {
            removal.run();
        } catch (NotFoundException | ConflictException e) {
            // gone, or about to be
        }
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
