package dev.keyturn.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnDocker
@Timeout(480)
class DockerShareTest {
    private static String given;
    private static String held;

    @TempDir
    private Path folder;

    @Test
    void allOfAShareIsTakenBackAlsoWhenItsTestFails(DockerShare docker) {
        assertThat(InnerTests.run(Failing.class).getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException()).hasMessage("meant to fail"));
        assertThat(given).isNotNull().isNotEqualTo(docker.name());
        assertThat(leftOf(docker, given)).isEmpty();
    }

    @Test
    void aShareOfAClassIsTheSameForItsTestsAndIsTakenBackAfterThem(DockerShare docker) {
        assertThat(InnerTests.run(Holding.class).getTestsSucceededCount()).isEqualTo(2);
        assertThat(held).isNotNull();
        assertThat(leftOf(docker, held)).isEmpty();
    }

    @Test
    void whatIsInUseIsNamedAndAllElseIsTakenBack(DockerShare other) throws IOException {
        String name = other.name() + "m";
        DockerShare mine = DockerShare.open(name);
        fill(mine, folder);
        other.docker(
                        "run",
                        "-d",
                        "--name",
                        other.name() + "-user",
                        "--network",
                        name + "-network",
                        "-v",
                        name + "-volume:/data",
                        other.busybox(),
                        "sleep",
                        "600")
                .expectSuccess();
        assertThatIllegalStateException()
                .isThrownBy(() -> mine.close(Duration.ofSeconds(1)))
                .withMessageContaining("network " + name + "-network (")
                .withMessageContaining("volume " + name + "-volume (");
        assertThat(leftOf(other, name)).containsExactlyInAnyOrder(name + "-network", name + "-volume");

        CompletableFuture<Void> waiting = CompletableFuture.runAsync(DockerShare.open(name)::close);
        other.docker("rm", "-f", other.name() + "-user").expectSuccess();
        waiting.join();
        assertThat(leftOf(other, name)).isEmpty();
    }

    @Test
    void whoIsRefusedBecauseAnotherMadeTheSwarmGoesOnWithIt(DockerShare docker) {
        docker.needSwarm();
        docker.beSwarm();
        docker.docker("service", "ls").expectSuccess();
    }

    @Test
    void theEngineHasAllImagesThatAShareNames(DockerShare docker) {
        for (String image :
                List.of(docker.busybox(), docker.app(), docker.traffic(), docker.postgres(), docker.redis())) {
            docker.docker("image", "inspect", "-f", "{{.Id}}", image).expectSuccess();
        }
    }

    /** One of each kind, the container with a network and a volume. */
    private static void fill(DockerShare docker, Path folder) throws IOException {
        String name = docker.name();
        String content = Files.writeString(folder.resolve(name), "content").toString();
        docker.needSwarm();
        docker.docker("network", "create", name + "-network").expectSuccess();
        docker.docker("volume", "create", name + "-volume").expectSuccess();
        docker.docker("volume", "create", name + "-volume-2").expectSuccess();
        docker.docker("secret", "create", name + "-secret", content).expectSuccess();
        docker.docker("config", "create", name + "-config", content).expectSuccess();
        docker.docker(
                        "run",
                        "-d",
                        "--name",
                        name + "-container",
                        "--network",
                        name + "-network",
                        "-v",
                        name + "-volume:/data",
                        docker.busybox(),
                        "sleep",
                        "600")
                .expectSuccess();
        docker.docker(
                        "service",
                        "create",
                        "--detach",
                        "--no-resolve-image",
                        "--endpoint-mode",
                        "dnsrr",
                        "--name",
                        name + "-service",
                        "--secret",
                        name + "-secret",
                        docker.busybox(),
                        "sleep",
                        "600")
                .expectSuccess();
    }

    private static List<String> leftOf(DockerShare docker, String name) {
        return List.of(
                        List.of("ps", "-a", "--format", "{{.Names}}"),
                        List.of("service", "ls", "--format", "{{.Name}}"),
                        List.of("network", "ls", "--format", "{{.Name}}"),
                        List.of("volume", "ls", "--format", "{{.Name}}"),
                        List.of("secret", "ls", "--format", "{{.Name}}"),
                        List.of("config", "ls", "--format", "{{.Name}}"))
                .stream()
                .flatMap(command -> docker.docker(command.toArray(String[]::new))
                        .expectSuccess()
                        .text()
                        .lines())
                .filter(line -> line.startsWith(name))
                .toList();
    }

    @OnDocker
    static class Failing {
        @Test
        void usesItsShareAndFails(DockerShare docker, @TempDir Path folder) throws IOException {
            given = docker.name();
            fill(docker, folder);
            assertThat(leftOf(docker, given)).hasSizeGreaterThanOrEqualTo(7);
            throw new AssertionError("meant to fail");
        }
    }

    @OnDocker
    static class Holding {
        @BeforeAll
        static void take(DockerShare docker) {
            held = docker.name();
            docker.docker("volume", "create", held + "-volume").expectSuccess();
        }

        @Test
        void oneTestGetsIt(DockerShare docker) {
            assertThat(docker.name()).isEqualTo(held);
        }

        @Test
        void anotherTestGetsItToo(DockerShare docker) {
            assertThat(docker.name()).isEqualTo(held);
        }

        @AfterAll
        static void isStillThere(DockerShare docker) {
            assertThat(leftOf(docker, held)).containsExactly(held + "-volume");
        }
    }
}
