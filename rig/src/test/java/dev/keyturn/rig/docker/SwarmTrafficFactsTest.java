package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.NetworkAttachmentConfig;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.ServiceUpdateState;
import com.github.dockerjava.api.model.UpdateFailureAction;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the users of a service see of its updates: a consumer that logs in to a Redis anew for each of their requests. */
@OnDocker
@Timeout(480)
class SwarmTrafficFactsTest {
    private static final Duration WATCH = Duration.ofSeconds(2);

    private static DockerShare docker;
    private static String network;
    private static String redis;

    private Swarm swarm;
    private String user;
    private Visitors visitors;

    @BeforeAll
    static void server(DockerShare share) {
        docker = share;
        docker.needSwarm();
        network = docker.name() + "-net";
        redis = docker.name() + "-redis";
        docker.docker("network", "create", "-d", "overlay", "--attachable", network)
                .expectSuccess();
        docker.docker("run", "-d", "--name", redis, "--network", network, docker.redis())
                .expectSuccess();
        await().atMost(Swarm.LONGEST)
                .until(() -> docker.docker("exec", redis, "redis-cli", "ping").status() == 0);
    }

    /** Each with a service and a user of its own. */
    @BeforeEach
    void service() {
        user = "u" + UUID.randomUUID().toString().substring(0, 8);
        swarm = new Swarm(docker, docker.name() + "-" + user);
        redis("on", ">old", "+@all", "~*");
        secret("old");
        swarm.create(spec("old"));
        visitors = Visitors.of(docker, swarm.name() + "-visitors", network, "http://" + swarm.name() + ":8080/health");
    }

    @AfterEach
    void end() {
        docker.client().removeServiceCmd(swarm.name()).exec();
    }

    /** The whole way: both passwords, the new secret, only the new password. */
    @Test
    void aGoodUpdateLosesNoRequest() {
        String old = swarm.container();
        redis(">new");
        secret("new");
        swarm.update(spec("new"));
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.COMPLETED);
        await().atMost(Swarm.LONGEST)
                .until(() -> swarm.running().size() == 1 && !swarm.container().equals(old));
        redis("<old");
        visitors.awaitMore(5);
        assertThat(visitors.end()).isEmpty();
    }

    /** The new task ends because its first login is refused. */
    @Test
    void aBadUpdateIsRolledBackWhileTheOldTaskGoesOnAndLosesNoRequest() {
        String old = swarm.container();
        secret("wrong");
        swarm.update(spec("wrong"));
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.ROLLBACK_COMPLETED);
        visitors.awaitMore(5);
        assertThat(visitors.end()).isEmpty();
        assertThat(swarm.container()).isEqualTo(old);
        assertThat(swarm.mounted()).isEqualTo(secretName("old"));
    }

    /** The new task goes on and is never well. */
    @Test
    void aBadUpdateThatOnlyPausesLosesNoRequestEitherAndLeavesTheNewSpecification() {
        String old = swarm.container();
        secret("wrong");
        ServiceSpec spec = spec("wrong");
        container(spec)
                .withHealthCheck(health(Swarm.health("CMD", "python3", "/app.py", "check")))
                .withEnv(with(container(spec).getEnv(), "EXIT_ON_REFUSED=0"));
        spec.getUpdateConfig().withFailureAction(UpdateFailureAction.PAUSE);
        swarm.update(spec);
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.PAUSED);
        visitors.awaitMore(5);
        assertThat(visitors.end()).isEmpty();
        assertThat(swarm.running()).extracting("id").contains(old);
        assertThat(swarm.mounted()).isEqualTo(secretName("wrong"));
    }

    /** So that the same bad update is a success to Swarm. */
    @Test
    void withoutAHealthCheckABadUpdateIsCompletedAndEachRequestFails() {
        String old = swarm.container();
        secret("wrong");
        ServiceSpec spec = spec("wrong");
        container(spec)
                .withHealthCheck(Swarm.noHealth())
                .withEnv(with(container(spec).getEnv(), "EXIT_ON_REFUSED=0"));
        swarm.update(spec);
        assertThat(swarm.updated()).isEqualTo(ServiceUpdateState.COMPLETED);
        await().atMost(Swarm.LONGEST)
                .until(() -> swarm.running().size() == 1 && !swarm.container().equals(old));
        visitors.awaitFailure();
        assertThat(docker.docker("exec", swarm.container(), "python3", "/app.py", "check")
                        .status())
                .isEqualTo(1);
        assertThat(visitors.end()).isNotEmpty();
    }

    private ServiceSpec spec(String password) {
        ServiceSpec spec = swarm.spec(
                WATCH,
                new ContainerSpec()
                        .withImage(docker.app())
                        // Goes on for a moment after it is told to end: a request may be on its way to it.
                        .withEnv(List.of("REDIS_URL_FILE=/run/secrets/key", "DRAIN_SECONDS=2"))
                        .withHealthCheck(Swarm.health("CMD", "python3", "/app.py", "check"))
                        .withSecrets(List.of(swarm.mount(user + "-" + password))));
        spec.getTaskTemplate().withNetworks(List.of(new NetworkAttachmentConfig().withTarget(network)));
        return spec;
    }

    private static ContainerSpec container(ServiceSpec spec) {
        return spec.getTaskTemplate().getContainerSpec();
    }

    /** Every failure counts, and two of them suffice. */
    private static HealthCheck health(HealthCheck base) {
        return base.withStartPeriod(0L).withRetries(2);
    }

    private static List<String> with(List<String> environment, String more) {
        List<String> all = new ArrayList<>(environment);
        all.add(more);
        return all;
    }

    private void secret(String password) {
        swarm.secret(user + "-" + password, "redis://" + user + ":" + password + "@" + redis + ":6379/0");
    }

    private String secretName(String password) {
        return docker.name() + "-" + user + "-" + password;
    }

    private void redis(String... rules) {
        List<String> command = new ArrayList<>(List.of("exec", redis, "redis-cli", "ACL", "SETUSER", user));
        command.addAll(List.of(rules));
        assertThat(docker.docker(command.toArray(new String[0])).expectSuccess().text())
                .contains("OK");
    }
}
