package dev.keyturn.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rig's engine as a contributor's own: a process that knows nothing of the rig finds it by {@code DOCKER_HOST}. Its registry is an
 * address where nobody listens, so that it has only what it is given here.
 */
@OnDocker
@Timeout(300)
class OrdinaryDockerTest {
    private static final Duration BOUND = Duration.ofMinutes(4);

    private DockerShare docker;
    private String registry;

    @BeforeEach
    void giveTheImage(DockerShare share) {
        docker = share;
        registry = "127.0.0.1:1/" + share.name() + "/";
        docker.docker("tag", Variables.get("KEYTURN_RIG_IMAGE_MONGO"), registry + ContainerMongo.IMAGE)
                .expectSuccess();
    }

    @AfterEach
    void takeItBack() {
        docker.docker("rmi", registry + ContainerMongo.IMAGE).expectSuccess();
    }

    @Test
    void theFactsAboutMongoHoldOnAContainerAndWhatNeedsTheRigIsLeftOut() {
        String said = run("mongo.PasswordFactsTest", "mongo.SessionFactsTest", "mongo.TakenBackTest");
        assertThat(said).doesNotContain("FAILED").contains("SUCCESSFUL anOpenConnectionOutlivesAPasswordChange");
        assertThat(said.lines().filter(line -> line.startsWith("SUCCESSFUL"))).hasSizeGreaterThan(12);
        assertThat(said.lines().filter(line -> line.startsWith("ABORTED")))
                .singleElement()
                .asString()
                .contains("whatWasAcknowledgedOutlivesAServerThatIsKilled", "needs mongodb");
        assertThat(said).contains("Left out 1 test that needs mongodb (1): .ci/rig/all up mongodb");
        assertThat(docker.docker("ps", "-aq", "--filter", "ancestor=" + registry + ContainerMongo.IMAGE)
                        .text())
                .as("containers left behind")
                .isBlank();
    }

    @Test
    void anImageThatCannotBePulledLeavesItsTestsOutAndSaysWhich() {
        String said = run("kubernetes.RightsFactsTest");
        assertThat(said)
                .contains("skipped RightsFactsTest: needs kubernetes")
                .contains("Docker cannot run " + registry + ContainerKubernetes.IMAGE)
                .containsPattern("Left out \\d+ tests that need kubernetes \\(\\d+\\): .ci/rig/all up kubernetes");
    }

    private String run(String... classes) {
        Map<String, String> environment = new HashMap<>();
        System.getenv().keySet().stream()
                .filter(name -> name.startsWith("KEYTURN_RIG_"))
                .forEach(name -> environment.put(name, ""));
        environment.put("KEYTURN_LEFT_OUT", "");
        environment.put("DOCKER_HOST", Variables.get("KEYTURN_RIG_DOCKER_HOST"));
        environment.put("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", registry);
        // Its reaper is an image, too, and cannot be had without a registry.
        environment.put("TESTCONTAINERS_RYUK_DISABLED", "true");
        // Where it takes itself for a container (/.dockerenv) it asks the engine for its gateway, or else an image. An
        // engine that runs for the first time does not tell its gateway.
        environment.put("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutTheRig.class.getName()));
        for (String name : classes) {
            command.add("dev.keyturn.rig." + name);
        }
        return Output.of(Path.of("/"), environment, BOUND, command).text();
    }
}
