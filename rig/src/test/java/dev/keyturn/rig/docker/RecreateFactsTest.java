package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Volume;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import dev.keyturn.rig.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container made again by hand, from what the engine tells of the old one. It serves its own ID, if its environment does not forbid it. */
@OnDocker
@Timeout(480)
class RecreateFactsTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final String SERVE = "trap 'exit 0' TERM; mkdir -p /www; hostname >/www/id;"
            + " [ \"$GENERATION\" = bad ] || httpd -p 80 -h /www; sleep 2147483647 & wait";
    private static final String WAIT = "trap 'exit 0' TERM; sleep 2147483647 & wait";
    private static final String ASK = "printf 'GET /id HTTP/1.0\\r\\n\\r\\n' | timeout 5 nc %s 80";

    private DockerShare docker;
    private DockerClient client;
    private String network;

    @BeforeEach
    void old(DockerShare share) {
        docker = share;
        client = share.client();
        network = docker.name() + "-net";
        docker.docker("network", "create", network).expectSuccess();
        run(
                docker.name(),
                List.of("--network", network, "--network-alias", "db", "-v", "/data", "-e", "GENERATION=1"),
                SERVE);
        docker.docker("exec", docker.name(), "touch", "/data/mark").expectSuccess();
    }

    @Test
    void itLosesTheAliasesAndTheAnonymousVolumeOfTheOldOne() {
        InspectContainerResponse old = inspect(docker.name());
        rename(old, "-old");
        String again = create(old, "GENERATION=2").exec().getId();
        client.startContainerCmd(again).exec();

        assertThat(aliases(old)).contains("db");
        assertThat(aliases(inspect(again))).doesNotContain("db");
        assertThat(docker.docker("exec", docker.name(), "ls", "/data")
                        .expectSuccess()
                        .text())
                .isBlank();
    }

    /** The engine turned the name into the ID when the neighbour was made. */
    @Test
    void aNeighbourInItsNetworkNamespaceIsCutOffAndDoesNotStartAgain() {
        String neighbour = docker.name() + "-neighbour";
        run(neighbour, List.of("--network", "container:" + docker.name()), WAIT);
        InspectContainerResponse old = inspect(docker.name());
        awaitAnswer(neighbour, "127.0.0.1", old);

        rename(old, "-old");
        String again = create(old, "GENERATION=2").withAliases("db").exec().getId();
        client.startContainerCmd(again).exec();
        client.removeContainerCmd(old.getId()).withForce(true).exec();

        assertThat(inspect(neighbour).getState().getRunning()).as("goes on").isTrue();
        assertThat(ask(neighbour, "127.0.0.1").status())
                .as("with nobody beside it")
                .isNotZero();
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() ->
                        client.restartContainerCmd(neighbour).withTimeout(5).exec())
                .withMessageContaining("No such container: " + old.getId());
        assertThat(inspect(neighbour).getState().getRunning()).isFalse();
    }

    /** Rename the old one, create the new one, wait until it is well, remove the old one. */
    @Test
    void theOldOneServesUntilTheNewOneIsWellAndThenOnlyTheNewOneIsFound() {
        String asking = docker.name() + "-asking";
        InspectContainerResponse old = answering(asking);

        rename(old, "-old");
        InspectContainerResponse again =
                inspect(create(old, "GENERATION=2").withAliases("db").exec().getId());
        awaitAnswer(asking, "db", old);
        client.startContainerCmd(again.getId()).exec();
        await().atMost(LONGEST).until(() -> health(again).equals("healthy"));
        assertThat(inspect(old.getId()).getState().getRunning()).isTrue();
        client.stopContainerCmd(old.getId()).withTimeout(5).exec();
        client.removeContainerCmd(old.getId()).withRemoveVolumes(true).exec();

        awaitAnswer(asking, "db", again);
        awaitAnswer(asking, docker.name(), again);
    }

    @Test
    void oneThatIsNeverWellIsRemovedAndTheOldOneGetsItsNameBack() {
        String asking = docker.name() + "-asking";
        InspectContainerResponse old = answering(asking);

        rename(old, "-old");
        // Without the alias: with it half of the callers would get the one that is not well.
        InspectContainerResponse again =
                inspect(create(old, "GENERATION=bad").exec().getId());
        client.startContainerCmd(again.getId()).exec();
        await().atMost(LONGEST).until(() -> health(again).equals("unhealthy"));
        client.removeContainerCmd(again.getId())
                .withForce(true)
                .withRemoveVolumes(true)
                .exec();
        rename(old, "");

        awaitAnswer(asking, "db", old);
        awaitAnswer(asking, docker.name(), old);
        assertThat(inspect(docker.name()).getState().getStartedAt())
                .isEqualTo(old.getState().getStartedAt());
        assertThat(docker.docker("exec", docker.name(), "ls", "/data")
                        .expectSuccess()
                        .text())
                .contains("mark");
    }

    private CreateContainerCmd create(InspectContainerResponse old, String environment) {
        return client.createContainerCmd(docker.busybox())
                .withName(docker.name())
                .withHostConfig(old.getHostConfig())
                .withEnv(environment)
                .withHealthcheck(Objects.requireNonNull(old.getConfig().getHealthcheck()))
                .withCmd(Objects.requireNonNull(old.getConfig().getCmd()))
                .withVolumes(old.getConfig().getVolumes().keySet().stream()
                        .map(Volume::new)
                        .toArray(Volume[]::new));
    }

    private void run(String name, List<String> more, String program) {
        List<String> command = new ArrayList<>(List.of(
                "run",
                "-d",
                "--name",
                name,
                "--health-cmd",
                ASK.formatted("127.0.0.1"),
                "--health-interval",
                "500ms",
                "--health-retries",
                "3"));
        command.addAll(more);
        command.addAll(List.of(docker.busybox(), "sh", "-c", program));
        docker.docker(command.toArray(new String[0])).expectSuccess();
    }

    private void rename(InspectContainerResponse container, String suffix) {
        client.renameContainerCmd(container.getId())
                .withName(docker.name() + suffix)
                .exec();
    }

    /** Who answers at an address, when asked from a container. */
    private Output ask(String from, String address) {
        return docker.docker("exec", from, "sh", "-c", ASK.formatted(address));
    }

    /** The one that is there, once somebody beside it, who goes by this name, has had an answer of it. */
    private InspectContainerResponse answering(String asking) {
        run(asking, List.of("--network", network), WAIT);
        InspectContainerResponse old = inspect(docker.name());
        awaitAnswer(asking, "db", old);
        return old;
    }

    private void awaitAnswer(String from, String address, InspectContainerResponse by) {
        String id = Objects.requireNonNull(by.getConfig().getHostName());
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(ask(from, address).text()).contains(id));
    }

    private InspectContainerResponse inspect(String container) {
        return client.inspectContainerCmd(container).exec();
    }

    private String health(InspectContainerResponse container) {
        return Objects.requireNonNull(inspect(container.getId()).getState().getHealth())
                .getStatus();
    }

    private Iterable<String> aliases(InspectContainerResponse container) {
        return Objects.requireNonNull(
                container.getNetworkSettings().getNetworks().get(network).getAliases());
    }
}
