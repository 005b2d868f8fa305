package dev.keyturn.rig.kubernetes;

import dev.keyturn.rig.KubernetesShare;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The rig's consumer of secrets in a pod: {@code .ci/rig/images.d/app.py} tells what it reads and answers. */
final class Consumer {
    static final int PORT = 8080;

    private static final int TIMEOUT_MILLISECONDS = 10_000;

    private Consumer() {}

    /** It finds the keys of a Secret as files in {@code /secrets}; the rest its variables tell. */
    static PodSpec of(KubernetesShare share, String secret, Probe readiness, EnvVar... variables) {
        return new PodSpecBuilder()
                .withTerminationGracePeriodSeconds(30L)
                .withAutomountServiceAccountToken(false)
                .addNewVolume()
                .withName("secrets")
                .withNewSecret()
                .withSecretName(secret)
                .endSecret()
                .endVolume()
                .addNewContainer()
                .withName("app")
                .withImage(share.app())
                .withEnv(List.of(variables))
                .withReadinessProbe(readiness)
                .addNewVolumeMount()
                .withName("secrets")
                .withMountPath("/secrets")
                .endVolumeMount()
                .endContainer()
                .build();
    }

    static EnvVar variable(String name, String value) {
        return new EnvVar(name, value, null);
    }

    static EnvVar fromSecret(String name, String secret, String key) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(key, secret, false)
                .endValueFrom()
                .build();
    }

    /** Ready when it answers this path with 200. */
    static Probe readyBy(String path) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(PORT))
                .endHttpGet()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(5)
                .build();
    }

    /** Ready when it takes a connection. */
    static Probe readyByPort() {
        return new ProbeBuilder()
                .withNewTcpSocket()
                .withPort(new IntOrString(PORT))
                .endTcpSocket()
                .withPeriodSeconds(1)
                .build();
    }

    /** What it said to a request. */
    record Answer(int status, String body) {}

    static Answer ask(Pod pod, String path) {
        return ask("http://" + pod.getStatus().getPodIP() + ":" + PORT + path);
    }

    /** Over a connection of its own: behind a Service, one that is kept open always ends at the same pod. */
    static Answer ask(String address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            connection.setConnectTimeout(TIMEOUT_MILLISECONDS);
            connection.setReadTimeout(TIMEOUT_MILLISECONDS);
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no answer from " + address, e);
        }
    }
}
