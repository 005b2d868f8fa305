package dev.keyturn.rig;

import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** Kubernetes (k3s) by Testcontainers, one a process; Testcontainers removes it when the process ends. */
final class ContainerKubernetes {
    static final DockerImageName IMAGE = DockerImageName.parse("rancher/k3s:v1.33.5-k3s1");

    private ContainerKubernetes() {}

    static String kubeconfig() {
        return Started.KUBECONFIG;
    }

    private static final class Started {
        static final String KUBECONFIG = start();

        @SuppressWarnings("resource") // Testcontainers ends it with the process
        private static String start() {
            K3sContainer container = new K3sContainer(IMAGE);
            container.start();
            return container.getKubeConfigYaml();
        }
    }
}
