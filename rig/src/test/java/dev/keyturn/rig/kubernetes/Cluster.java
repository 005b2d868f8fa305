package dev.keyturn.rig.kubernetes;

import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the tests say to a cluster. */
final class Cluster {
    /** A cluster as it is usually set up refreshes volumes within 90 seconds, the rig's within five. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    private Cluster() {}

    static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    static String plain(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    static Secret secret(KubernetesClient client, String name, Map<String, String> values) {
        return client.secrets().resource(secretOf(name, values)).create();
    }

    static Secret secretOf(String name, Map<String, String> values) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withStringData(values)
                .build();
    }

    /** Writes one key and leaves the others. */
    static void put(KubernetesClient client, String secret, String key, String value) {
        client.secrets()
                .withName(secret)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"data\": {\"" + key + "\": \"" + base64(value) + "\"}}");
    }

    /** A pod's specification that sees key {@code KEY} of a secret as a variable, in a volume and as a single mounted file. */
    static PodSpec consumer(KubernetesShare share, String secret, String program) {
        return new PodSpecBuilder()
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .addNewVolume()
                .withName("secret")
                .withNewSecret()
                .withSecretName(secret)
                .endSecret()
                .endVolume()
                .addNewContainer()
                .withName("app")
                .withImage(share.busybox())
                .withCommand("sh", "-c", program)
                .addNewEnv()
                .withName("KEY")
                .withNewValueFrom()
                .withNewSecretKeyRef("KEY", secret, false)
                .endValueFrom()
                .endEnv()
                .addNewVolumeMount()
                .withName("secret")
                .withMountPath("/volume")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("secret")
                .withMountPath("/single/KEY")
                .withSubPath("KEY")
                .endVolumeMount()
                .endContainer()
                .build();
    }

    static String runsForEver() {
        return "trap 'exit 0' TERM; sleep 2147483647 & wait";
    }

    /** A running pod. */
    static Pod pod(KubernetesShare share, String name, String secret) {
        return ready(share.client(), name, consumer(share, secret, runsForEver()));
    }

    /** A pod of this specification that is ready. */
    static Pod ready(KubernetesClient client, String name, PodSpec spec) {
        create(client, name, spec);
        await().atMost(LONGEST)
                .until(() -> Readiness.getInstance()
                        .isReady(client.pods().withName(name).get()));
        return client.pods().withName(name).get();
    }

    static void create(KubernetesClient client, String name, PodSpec spec) {
        client.pods()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withSpec(spec)
                        .build())
                .create();
    }

    /** What a command prints in a pod. */
    static String exec(KubernetesClient client, String pod, String... command) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (ExecWatch running = client.pods()
                .withName(pod)
                .writingOutput(said)
                .writingError(said)
                .exec(command)) {
            running.exitCode().get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            return said.toString(StandardCharsets.UTF_8).strip();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no answer from pod " + pod, e);
        }
    }

    /** The HTTP status of the server's refusal, or 0. */
    static int codeOf(Runnable action) {
        try {
            action.run();
            return 0;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }
}
