package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.EndpointResolutionMode;
import com.github.dockerjava.api.model.EndpointSpec;
import com.github.dockerjava.api.model.PortConfig;
import com.github.dockerjava.api.model.PortConfigProtocol;
import com.github.dockerjava.api.model.SecretSpec;
import com.github.dockerjava.api.model.Service;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.ServiceUpdateState;
import com.github.dockerjava.api.model.TaskState;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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
    private static final String WAIT = "trap 'exit 0' TERM; sleep 2147483647 & wait";
    private static final String PROGRAM = "grep -q bad /run/secrets/key && exit 1; touch /tmp/well; " + WAIT;

    /** One that runs for as long as the test wants it to, before it ends because of its secret. */
    private static final String SLOW =
            "if grep -q bad /run/secrets/key; then until [ -e /tmp/end ]; do sleep 0.1; done; exit 1; fi; " + WAIT;

    private static final Duration WATCH = Duration.ofSeconds(3);

    private DockerShare docker;
    private DockerClient client;
    private Swarm swarm;

    @BeforeEach
    void swarm(DockerShare share) {
        docker = share;
        client = share.client();
        swarm = new Swarm(share, share.name());
        swarm.secret("key-1", "old");
    }

    @Test
    void aServiceTakesAnotherSecretAtTheSameTarget() {
        swarm.create(spec("key-1"));
        swarm.secret("key-2", "new");
        swarm.update(spec("key-2"));
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.COMPLETED);
        await().atMost(Swarm.LONGEST).until(() -> swarm.running().size() == 1);
        assertThat(docker.docker("exec", swarm.container(), "cat", "/run/secrets/key")
                        .expectSuccess()
                        .text())
                .isEqualTo("new");
    }

    @Test
    void theClientEndsWithZeroAfterARollback() {
        swarm.create(spec("key-1"));
        swarm.secret("key-2", "bad");
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
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.ROLLBACK_COMPLETED);
    }

    /** The rollback has to make the old task anew: nobody serves until it runs. */
    @Test
    void withoutAHealthCheckABadUpdateEndsTheOldTaskBeforeItIsRolledBack() {
        Duration watch = Duration.ofMinutes(2);
        swarm.create(swarm.spec(watch, container("key-1", SLOW).withHealthCheck(Swarm.noHealth())));
        String old = swarm.container();
        swarm.secret("key-2", "bad");
        swarm.update(swarm.spec(watch, container("key-2", SLOW).withHealthCheck(Swarm.noHealth())));
        await().atMost(Swarm.LONGEST)
                .until(() -> swarm.running().size() == 1 && !swarm.container().equals(old));
        docker.docker("exec", swarm.container(), "touch", "/tmp/end").expectSuccess();
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.ROLLBACK_COMPLETED);
        assertThat(swarm.mounted()).isEqualTo(docker.name() + "-key-1");
        await().atMost(Swarm.LONGEST).until(() -> swarm.running().size() == 1 && swarm.tasks(TaskState.RUNNING) == 1);
        assertThat(swarm.container()).isNotEqualTo(old);
    }

    @Test
    void aFixedPortOfTheHostKeepsTheNewTaskFromStartingBesideTheOldOne() throws IOException {
        int port = freePort();
        swarm.create(spec("key-1").withEndpointSpec(published(port)));
        String old = swarm.container();
        swarm.secret("key-2", "new");
        swarm.update(spec("key-2").withEndpointSpec(published(port)));
        await().atMost(Swarm.LONGEST)
                .until(() -> swarm.tasks().stream()
                        .anyMatch(task -> task.getStatus().getState() == TaskState.PENDING
                                && String.valueOf(task.getStatus().getErr())
                                        .contains("host-mode port already in use")));
        assertThat(swarm.container()).isEqualTo(old);
        assertThat(swarm.service().getUpdateStatus().getState())
                .as("for ever: this is no failure that would be rolled back")
                .isEqualTo(ServiceUpdateState.UPDATING);
    }

    /** By the API it returns at once; the client waits for the task, whose failures do not end it. */
    @Test
    void theClientWaitsForAServiceThatNeverRuns() throws IOException, InterruptedException {
        ProcessBuilder create = new ProcessBuilder(
                        System.getenv("KEYTURN_RIG_DOCKER"),
                        "service",
                        "create",
                        "--quiet",
                        "--no-resolve-image",
                        "--endpoint-mode",
                        "dnsrr",
                        "--restart-delay",
                        "100ms",
                        "--name",
                        docker.name(),
                        docker.busybox(),
                        "false")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        create.environment().put("DOCKER_HOST", System.getenv("KEYTURN_RIG_DOCKER_HOST"));
        create.environment().put("DOCKER_CONFIG", System.getenv("KEYTURN_RIG_DOCKER_CONFIG"));
        Process waiting = create.start();
        try {
            await().atMost(Swarm.LONGEST).ignoreExceptions().until(() -> swarm.tasks(TaskState.FAILED) >= 2);
            assertThat(waiting.isAlive()).isTrue();
        } finally {
            waiting.destroyForcibly().waitFor();
        }
    }

    @Test
    void aSecretInUseCannotBeRemovedAndOneThatIsNotCan() {
        swarm.create(spec("key-1"));
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(
                        () -> client.removeSecretCmd(swarm.secretId("key-1")).exec())
                .withMessageContaining("in use");
        swarm.secret("key-2", "new");
        swarm.update(spec("key-2"));
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.COMPLETED);
        client.removeSecretCmd(swarm.secretId("key-1")).exec();
        assertThat(client.listSecretsCmd().exec())
                .extracting(secret -> secret.getSpec().getName())
                .contains(docker.name() + "-key-2")
                .doesNotContain(docker.name() + "-key-1");
    }

    @Test
    void aSecretIsNeitherReadNorMadeTwice() {
        assertThat(docker.docker("secret", "inspect", docker.name() + "-key-1")
                        .expectSuccess()
                        .text())
                .doesNotContain("Data", "old", "b2xk");
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> swarm.secret("key-1", "new"))
                .withMessageContaining("already exists");
    }

    /** docker-java has no call for it, so by the engine's API. */
    @Test
    void ofASecretOnlyTheLabelsCanBeChanged() throws IOException {
        // "bmV3" is "new".
        Answer data = changeSecret("\"Labels\": {}, \"Data\": \"bmV3\"");
        assertThat(data.status()).isEqualTo(400);
        assertThat(data.text()).contains("only updates to Labels are allowed");
        assertThat(changeSecret("\"Labels\": {\"generation\": \"2\"}").status()).isEqualTo(200);
        swarm.create(spec("key-1"));
        assertThat(docker.docker("exec", swarm.container(), "cat", "/run/secrets/key")
                        .expectSuccess()
                        .text())
                .isEqualTo("old");
    }

    @Test
    void anUpdateFromAnOldVersionIsRefusedAsAnInternalError() {
        swarm.create(spec("key-1"));
        Service seen = swarm.service();
        swarm.secret("key-2", "new");
        swarm.update(spec("key-2"));
        assertThatExceptionOfType(InternalServerErrorException.class)
                .isThrownBy(() -> client.updateServiceCmd(seen.getId(), spec("key-1"))
                        .withVersion(seen.getVersion().getIndex())
                        .exec())
                .withMessageContaining("update out of sequence");
        assertThat(swarm.mounted()).isEqualTo(docker.name() + "-key-2");
    }

    @Test
    void theSameSpecificationAgainReplacesNoTask() {
        swarm.create(spec("key-1"));
        String before = swarm.container();
        swarm.update(spec("key-1"));
        await().during(Duration.ofSeconds(2))
                .atMost(Swarm.LONGEST)
                .until(() -> swarm.container().equals(before));
    }

    @Test
    void theLibrarysSpecificationOfASecretPrintsTheValue() {
        // docker-java 3.7.1; "c2VjcmV0" is "secret". So a specification is never logged nor put into a message.
        assertThat(new SecretSpec().withName("key").withData("secret").toString())
                .containsAnyOf("c2VjcmV0", "=secret");
    }

    private ServiceSpec spec(String secret) {
        return swarm.spec(
                WATCH, container(secret, PROGRAM).withHealthCheck(Swarm.health("CMD", "test", "-e", "/tmp/well")));
    }

    private ContainerSpec container(String secret, String program) {
        return new ContainerSpec()
                .withImage(docker.busybox())
                .withCommand(List.of("sh", "-c", program))
                .withSecrets(List.of(swarm.mount(secret)));
    }

    private static EndpointSpec published(int port) {
        return new EndpointSpec()
                .withMode(EndpointResolutionMode.DNSRR)
                .withPorts(List.of(new PortConfig()
                        .withProtocol(PortConfigProtocol.TCP)
                        .withTargetPort(8080)
                        .withPublishedPort(port)
                        .withPublishMode(PortConfig.PublishMode.host)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private record Answer(int status, String text) {}

    private Answer changeSecret(String fields) throws IOException {
        String id = swarm.secretId("key-1");
        Long version = client.listSecretsCmd().exec().stream()
                .filter(secret -> secret.getId().equals(id))
                .findFirst()
                .orElseThrow()
                .getVersion()
                .getIndex();
        String body = "{\"Name\": \"" + docker.name() + "-key-1\", " + fields + "}";
        String request = "POST /secrets/" + id + "/update?version=" + version + " HTTP/1.0\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        String socket = URI.create(System.getenv("KEYTURN_RIG_DOCKER_HOST")).getPath();
        try (SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            engine.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            String text = new String(Channels.newInputStream(engine).readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(Integer.parseInt(text.substring(9, 12)), text);
        }
    }
}
