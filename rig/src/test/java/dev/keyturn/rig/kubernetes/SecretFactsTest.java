package dev.keyturn.rig.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import dev.keyturn.rig.OnKubernetes;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnKubernetes
@Timeout(480)
class SecretFactsTest {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    @Test
    void afterAPatchAVolumeIsRefreshedAndAVariableAndASubPathStayOld(KubernetesShare share) {
        KubernetesClient client = share.client();
        Cluster.secret(client, "app", Map.of("KEY", "old"));
        Cluster.pod(share, "consumer", "app");
        patch(client, "app", "new");
        await().atMost(Cluster.LONGEST)
                .until(() ->
                        Cluster.exec(client, "consumer", "cat", "/volume/KEY").equals("new"));
        assertThat(Cluster.exec(client, "consumer", "cat", "/single/KEY")).isEqualTo("old");
        assertThat(Cluster.exec(client, "consumer", "sh", "-c", "echo $KEY")).isEqualTo("old");
        Cluster.pod(share, "another", "app");
        assertThat(Cluster.exec(client, "another", "cat", "/single/KEY")).isEqualTo("new");
    }

    @Test
    void anImmutableSecretCannotBeChanged(KubernetesShare share) {
        KubernetesClient client = share.client();
        immutable(client, "old");
        assertThat(Cluster.codeOf(() -> patch(client, "app", "new"))).isEqualTo(422);
        assertThat(Cluster.codeOf(() -> client.secrets().withName("app").patch(MERGE, "{\"immutable\": false}")))
                .isEqualTo(422);
    }

    @Test
    void anImmutableSecretMadeAgainUnderItsNameIsServedStaleEvenToNewPods(KubernetesShare share) {
        KubernetesClient client = share.client();
        immutable(client, "old");
        Cluster.pod(share, "consumer", "app");
        client.secrets().withName("app").delete();
        await().atMost(Cluster.LONGEST)
                .until(() -> client.secrets().withName("app").get() == null);
        immutable(client, "new");
        Cluster.pod(share, "another", "app");
        assertThat(Cluster.exec(client, "another", "cat", "/volume/KEY")).isEqualTo("old");
        assertThat(Cluster.exec(client, "another", "sh", "-c", "echo $KEY")).isEqualTo("old");
    }

    @Test
    void aMergePatchTouchesOnlyItsKeys(KubernetesShare share) {
        KubernetesClient client = share.client();
        Cluster.secret(client, "app", Map.of("KEY", "old", "FOREIGN", "stays"));
        Secret patched = patch(client, "app", "new");
        assertThat(Cluster.plain(patched, "KEY")).isEqualTo("new");
        assertThat(Cluster.plain(patched, "FOREIGN")).isEqualTo("stays");
    }

    @Test
    void aPatchWithoutAVersionOverwritesAndOneWithAnOldVersionIsAConflict(KubernetesShare share) {
        KubernetesClient client = share.client();
        String seen = Cluster.secret(client, "app", Map.of("KEY", "old"))
                .getMetadata()
                .getResourceVersion();
        patch(client, "app", "by hand");
        assertThat(Cluster.codeOf(() -> client.secrets()
                        .withName("app")
                        .patch(
                                MERGE,
                                "{\"metadata\": {\"resourceVersion\": \"" + seen + "\"}, \"data\": {\"KEY\": \""
                                        + Cluster.base64("new") + "\"}}")))
                .isEqualTo(409);
        assertThat(Cluster.plain(client.secrets().withName("app").get(), "KEY")).isEqualTo("by hand");
        patch(client, "app", "new");
        assertThat(Cluster.plain(client.secrets().withName("app").get(), "KEY")).isEqualTo("new");
    }

    @Test
    void aPutOfWhatWasReadBeforeIsAConflict(KubernetesShare share) {
        KubernetesClient client = share.client();
        Secret seen = Cluster.secret(client, "app", Map.of("KEY", "old"));
        patch(client, "app", "by hand");
        Secret next =
                new SecretBuilder(seen).addToData("KEY", Cluster.base64("new")).build();
        assertThat(Cluster.codeOf(() -> client.secrets()
                        .resource(next)
                        .lockResourceVersion(seen.getMetadata().getResourceVersion())
                        .update()))
                .isEqualTo(409);
        assertThat(Cluster.plain(client.secrets().withName("app").get(), "KEY")).isEqualTo("by hand");
    }

    @Test
    void aPatchThatChangesNothingLeavesTheVersion(KubernetesShare share) {
        KubernetesClient client = share.client();
        Secret seen = Cluster.secret(client, "app", Map.of("KEY", "old"));
        assertThat(patch(client, "app", "old").getMetadata().getResourceVersion())
                .isEqualTo(seen.getMetadata().getResourceVersion());
    }

    @Test
    void serverSideApplyRefusesAKeyThatAnotherOwnsUnlessForced(KubernetesShare share) {
        KubernetesClient client = share.client();
        apply(client, "helm", false, Map.of("KEY", "old", "FOREIGN", "stays"));
        assertThat(Cluster.codeOf(() -> apply(client, "keyturn", false, Map.of("KEY", "new"))))
                .isEqualTo(409);
        Secret forced = apply(client, "keyturn", true, Map.of("KEY", "new"));
        assertThat(Cluster.plain(forced, "KEY")).isEqualTo("new");
        assertThat(Cluster.plain(forced, "FOREIGN")).isEqualTo("stays");
        assertThat(Cluster.codeOf(() -> apply(client, "helm", false, Map.of("KEY", "old", "FOREIGN", "stays"))))
                .as("the former owner is told at its next apply")
                .isEqualTo(409);
    }

    @Test
    void twoOwnersWhoApplyTheSameValueShareTheKeyAndAKeyLeftOutIsRemovedByItsOnlyOwner(KubernetesShare share) {
        KubernetesClient client = share.client();
        apply(client, "helm", false, Map.of("KEY", "same"));
        apply(client, "keyturn", false, Map.of("KEY", "same", "OWN", "mine"));
        Secret after = apply(client, "keyturn", false, Map.of());
        assertThat(after.getData()).containsOnlyKeys("KEY");
    }

    @Test
    void aPatchTakesAKeyFromItsOwnerWithoutAsking(KubernetesShare share) {
        KubernetesClient client = share.client();
        apply(client, "helm", false, Map.of("KEY", "old"));
        assertThat(Cluster.plain(patch(client, "app", "new"), "KEY")).isEqualTo("new");
        assertThat(Cluster.codeOf(() -> apply(client, "helm", false, Map.of("KEY", "old"))))
                .isEqualTo(409);
    }

    private static Secret patch(KubernetesClient client, String name, String value) {
        return client.secrets().withName(name).patch(MERGE, "{\"data\": {\"KEY\": \"" + Cluster.base64(value) + "\"}}");
    }

    private static void immutable(KubernetesClient client, String value) {
        client.secrets()
                .resource(new SecretBuilder(Cluster.secretOf("app", Map.of("KEY", value)))
                        .withImmutable(true)
                        .build())
                .create();
    }

    /** With {@code data}: {@code stringData} has no owner of its own. */
    private static Secret apply(KubernetesClient client, String owner, boolean force, Map<String, String> values) {
        SecretBuilder secret =
                new SecretBuilder().withNewMetadata().withName("app").endMetadata();
        values.forEach((key, value) -> secret.addToData(key, Cluster.base64(value)));
        return client.secrets()
                .resource(secret.build())
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(owner)
                        .withForce(force)
                        .build());
    }
}
