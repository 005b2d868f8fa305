package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rotator with the right to get and patch one Secret by name, and nothing else. */
@OnKubernetes
@Timeout(480)
class RightsFactsTest {
    private KubernetesShare share;
    private String token;

    @BeforeEach
    void rotator(KubernetesShare given) {
        share = given;
        KubernetesClient admin = share.client();
        Cluster.secret(admin, "app", Map.of("KEY", "old"));
        Cluster.secret(admin, "foreign", Map.of("KEY", "old"));
        admin.serviceAccounts()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("rotator")
                        .endMetadata()
                        .build())
                .create();
        admin.rbac()
                .roles()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("rotator")
                        .endMetadata()
                        .withRules(new PolicyRuleBuilder()
                                .withApiGroups("")
                                .withResources("secrets")
                                .withResourceNames("app")
                                .withVerbs("get", "patch")
                                .build())
                        .build())
                .create();
        admin.rbac()
                .roleBindings()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("rotator")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "rotator")
                        .addNewSubject("", "ServiceAccount", "rotator", share.namespace())
                        .build())
                .create();
        token = admin.serviceAccounts()
                .withName("rotator")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    @Test
    void aRoleForOneNameOpensThatOneOnly() {
        try (KubernetesClient rotator = as(token)) {
            assertThat(Cluster.plain(rotator.secrets().withName("app").get(), "KEY"))
                    .isEqualTo("old");
            assertThat(Cluster.codeOf(() -> patch(rotator, "app"))).isZero();
            assertThat(Cluster.codeOf(
                            () -> rotator.secrets().withName("foreign").get()))
                    .isEqualTo(403);
            assertThat(Cluster.codeOf(() -> patch(rotator, "foreign"))).isEqualTo(403);
        }
    }

    @Test
    void whatTheRoleDoesNotNameIsForbiddenAndTheAnswerNamesUserVerbAndResource() {
        try (KubernetesClient rotator = as(token)) {
            assertThat(Cluster.codeOf(() -> rotator.secrets().list())).isEqualTo(403);
            assertThat(Cluster.codeOf(() -> rotator.pods().list())).isEqualTo(403);
            assertThat(Cluster.codeOf(() -> rotator.secrets().withName("app").delete()))
                    .isEqualTo(403);
            assertThat(catchThrowable(() -> patch(rotator, "foreign")))
                    .hasMessageContaining("system:serviceaccount:" + share.namespace() + ":rotator")
                    // The library's patch reads first, so the right to patch alone does not do.
                    .hasMessageContaining("cannot get resource \"secrets\"")
                    .hasMessageContaining("foreign");
        }
    }

    @Test
    void aSecretThatIsMissingIsForbiddenToWhoMayNotKnow() {
        try (KubernetesClient rotator = as(token)) {
            assertThat(Cluster.codeOf(
                            () -> rotator.secrets().withName("missing").get()))
                    .as("not told from one that exists")
                    .isEqualTo(403);
        }
    }

    @Test
    void aTokenThatIsNoneIsUnauthorizedIfTheClientIsKeptFromHttp2() {
        try (KubernetesClient nobody = as("not-a-token")) {
            assertThat(Cluster.codeOf(() -> nobody.secrets().withName("app").get()))
                    .isEqualTo(401);
        }
    }

    /** The API server ends the connection together with its 401 ({@code UnauthenticatedHTTP2DOSMitigation}). */
    @Test
    void overHttp2ATokenThatIsNoneIsALostConnectionForWhichTheLibraryTriesAgainForManySeconds() {
        try (KubernetesClient nobody = share.client(withToken("not-a-token").build())) {
            long begin = System.nanoTime();
            Throwable refusal =
                    catchThrowable(() -> nobody.secrets().withName("app").get());
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(15));
            assertThat(refusal)
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).as("no status of HTTP").isEqualTo(-1));
            assertThat(refusal).hasStackTraceContaining("GOAWAY received");
        }
    }

    private static void patch(KubernetesClient client, String name) {
        client.secrets()
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"data\": {\"KEY\": \"" + Cluster.base64("new") + "\"}}");
    }

    private KubernetesClient as(String bearer) {
        return share.client(withToken(bearer).withHttp2Disable(true).build());
    }

    /** The administrator's address and authority with this token alone. */
    private ConfigBuilder withToken(String bearer) {
        Config admin = Config.fromKubeconfig(share.kubeconfig());
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(admin.getMasterUrl())
                .withCaCertData(admin.getCaCertData())
                .withCaCertFile(admin.getCaCertFile())
                .withOauthToken(bearer);
    }
}
