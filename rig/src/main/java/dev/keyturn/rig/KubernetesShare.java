package dev.keyturn.rig;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Kubernetes namespace of one's own, deleted at the end with all that is in it. */
public final class KubernetesShare implements AutoCloseable {
    private final String namespace;
    private final String kubeconfig;
    private final KubernetesClient client;

    private KubernetesShare(String namespace, String kubeconfig) {
        this.namespace = namespace;
        this.kubeconfig = kubeconfig;
        this.client = client(Config.fromKubeconfig(kubeconfig));
    }

    static KubernetesShare open(String name) {
        KubernetesShare share = new KubernetesShare(name, foundKubeconfig());
        share.client
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return share;
    }

    public String namespace() {
        return namespace;
    }

    /** An administrator's kubeconfig, as YAML. */
    public String kubeconfig() {
        return kubeconfig;
    }

    /** The administrator's client, in this namespace; closed at the end. */
    public KubernetesClient client() {
        return client;
    }

    /** Another client of this namespace with settings of one's own, for instance another user's token. The caller closes it. */
    public KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config).withNamespace(namespace).build())
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    /** The name of a small image with a shell, which the cluster has or can pull. */
    public String busybox() {
        return Part.KUBERNETES.isUp() ? Variables.get("KEYTURN_RIG_IMAGE_BUSYBOX") : "busybox:1.37";
    }

    /** The name of the image of a consumer of secrets, {@code .ci/rig/images.d/app.py}; the test is left out where Testcontainers stands for the rig. */
    public String app() {
        return ofTheRig("KEYTURN_RIG_IMAGE_APP");
    }

    /** The name of an image of Redis; the test is left out where Testcontainers stands for the rig. */
    public String redis() {
        return ofTheRig("KEYTURN_RIG_IMAGE_REDIS");
    }

    /** The address at which this host reaches the ports of the rig's node; the test is left out where Testcontainers stands for the rig. */
    public String node() {
        return ofTheRig("KEYTURN_RIG_KUBERNETES_NODE");
    }

    /** No registry has the rig's own images. */
    private static String ofTheRig(String variable) {
        Part.KUBERNETES.leavesOutUnlessUp();
        return Variables.get(variable);
    }

    @Override
    public void close() {
        try (client) {
            client.pods().withGracePeriod(0).delete();
            client.namespaces().withName(namespace).delete();
        }
    }

    private static String foundKubeconfig() {
        try {
            return Part.KUBERNETES.isUp()
                    ? Files.readString(Path.of(Variables.get("KEYTURN_RIG_KUBECONFIG")))
                    : ContainerKubernetes.kubeconfig();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
