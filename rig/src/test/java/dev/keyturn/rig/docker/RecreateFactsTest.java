package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Volume;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container made again by hand, from what the engine tells of the old one. */
@OnDocker
@Timeout(480)
class RecreateFactsTest {
    private static final String[] WAIT = {"sh", "-c", "trap 'exit 0' TERM; sleep 2147483647 & wait"};

    @Test
    void itLosesTheAliasesAndTheAnonymousVolumeOfTheOldOne(DockerShare docker) {
        DockerClient client = docker.client();
        String network = docker.name() + "-net";
        docker.docker("network", "create", network).expectSuccess();
        docker.docker(
                        "run",
                        "-d",
                        "--name",
                        docker.name(),
                        "--network",
                        network,
                        "--network-alias",
                        "db",
                        "-v",
                        "/data",
                        docker.busybox(),
                        WAIT[0],
                        WAIT[1],
                        WAIT[2])
                .expectSuccess();
        docker.docker("exec", docker.name(), "touch", "/data/mark").expectSuccess();

        InspectContainerResponse old = client.inspectContainerCmd(docker.name()).exec();
        client.renameContainerCmd(old.getId()).withName(docker.name() + "-old").exec();
        String again = client.createContainerCmd(docker.busybox())
                .withName(docker.name())
                .withHostConfig(old.getHostConfig())
                .withEnv(Objects.requireNonNull(old.getConfig().getEnv()))
                .withCmd(Objects.requireNonNull(old.getConfig().getCmd()))
                .withVolumes(old.getConfig().getVolumes().keySet().stream()
                        .map(Volume::new)
                        .toArray(Volume[]::new))
                .exec()
                .getId();
        client.startContainerCmd(again).exec();

        assertThat(aliases(old, network)).contains("db");
        assertThat(aliases(client.inspectContainerCmd(again).exec(), network)).doesNotContain("db");
        assertThat(docker.docker("exec", docker.name(), "ls", "/data")
                        .expectSuccess()
                        .text())
                .isBlank();
    }

    private static Iterable<String> aliases(InspectContainerResponse container, String network) {
        return Objects.requireNonNull(
                container.getNetworkSettings().getNetworks().get(network).getAliases());
    }
}
