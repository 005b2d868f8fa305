package dev.keyturn.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class PartTest {
    /** Nobody listens on it: it is not one of those that are given out. */
    private static final String DEAD = "127.0.0.1:1";

    @TempDir
    private Path folder;

    @Test
    void aPartIsUpOnlyIfSomethingAnswers() throws IOException {
        Path socket = folder.resolve("engine.sock");
        try (ServerSocket port = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
                ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            engine.bind(UnixDomainSocketAddress.of(socket));
            String alive = "127.0.0.1:" + port.getLocalPort();
            assertThat(Knock.at("tcp://" + alive)).isEmpty();
            assertThat(Knock.at("unix://" + socket)).isEmpty();
            assertThat(Knock.atMongo("mongodb://admin:canary@" + alive + "/?authSource=admin"))
                    .isEmpty();
            assertThat(Knock.atCluster(kubeconfig(alive))).isEmpty();
        }
        assertThat(socket).exists();
        assertThat(Knock.at("unix://" + socket)).isPresent();
        assertThat(Knock.at("unix://" + folder.resolve("none.sock"))).isPresent();
        assertThat(Knock.at("tcp://" + DEAD))
                .hasValueSatisfying(found -> assertThat(found).startsWith("nothing answers at tcp://" + DEAD));
        assertThat(Knock.atMongo("mongodb://admin:canary@" + DEAD + "/?authSource=admin"))
                .hasValueSatisfying(found -> assertThat(found).contains(DEAD).doesNotContain("canary"));
        assertThat(Knock.atCluster(kubeconfig(DEAD))).isPresent();
        assertThat(Knock.atCluster(folder.resolve("none.yaml").toString())).isPresent();
    }

    @Test
    void aPartThatWentDownWhileItsVariablesStayLeavesItsTestsOutAndSaysHowToGetItUp() {
        assertThat(run(""))
                .doesNotContain("FAILED")
                .contains(
                        "skipped UpdateFactsTest: needs temporal (KEYTURN_RIG_TEMPORAL_ADDRESS is set, but nothing answers at")
                .contains(
                        "skipped RecreateFactsTest: needs docker (KEYTURN_RIG_DOCKER_HOST is set, but nothing answers at")
                .contains(": .ci/rig/all up docker temporal; eval");
    }

    @Test
    void aPartThatWentDownFailsItsTestsWhereNothingMayBeLeftOut() {
        assertThat(run("1"))
                .doesNotContain("skipped", "SUCCESSFUL")
                .contains("FAILED UpdateFactsTest")
                .contains("FAILED RecreateFactsTest")
                .contains("forbids leaving out: needs temporal (KEYTURN_RIG_TEMPORAL_ADDRESS is set, but");
    }

    private String run(String required) {
        Map<String, String> environment = new HashMap<>();
        System.getenv().keySet().stream()
                .filter(name -> name.startsWith("KEYTURN_RIG_"))
                .forEach(name -> environment.put(name, ""));
        environment.put("KEYTURN_LEFT_OUT", "");
        environment.put("KEYTURN_RIG_REQUIRED", required);
        environment.put("KEYTURN_RIG_TEMPORAL_ADDRESS", DEAD);
        environment.put("KEYTURN_RIG_DOCKER_HOST", "unix://" + folder.resolve("none.sock"));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutTheRig.class.getName(),
                "dev.keyturn.rig.temporal.UpdateFactsTest",
                "dev.keyturn.rig.docker.RecreateFactsTest");
        return Output.of(Path.of("/"), environment, Duration.ofMinutes(2), command)
                .text();
    }

    private String kubeconfig(String server) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                        apiVersion: v1
                        kind: Config
                        clusters: [{name: rig, cluster: {server: "https://%s"}}]
                        users: [{name: admin, user: {token: canary}}]
                        contexts: [{name: rig, context: {cluster: rig, user: admin}}]
                        current-context: rig
                        """.formatted(server))
                .toString();
    }
}
