package dev.keyturn.rig;

import com.github.dockerjava.api.DockerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/** A contributor's own Docker, which can pull images: with it Testcontainers stands for parts of the rig. */
final class OrdinaryDocker {
    private static final long PULL_MINUTES = 10;
    private static final Map<DockerImageName, Optional<String>> ASKED = new ConcurrentHashMap<>();

    private OrdinaryDocker() {}

    /**
     * What keeps an image from being run, in one line; nothing if an engine answers and has the image or has now pulled it. Asked
     * once a process for each image, because the answer takes seconds.
     */
    static Optional<String> obstacle(DockerImageName image) {
        return ASKED.computeIfAbsent(image, OrdinaryDocker::find);
    }

    /**
     * Looks for a socket first, because Testcontainers says loudly what it does not find. Then for the image, and only then is
     * Testcontainers asked to begin: it runs an image of its own, for which it waits minutes where no registry answers.
     */
    private static Optional<String> find(DockerImageName image) {
        if (!Variables.isSet("DOCKER_HOST") && !Files.exists(Path.of("/var/run/docker.sock"))) {
            return Optional.of(
                    "no ordinary Docker was found: DOCKER_HOST is not set and there is no /var/run/docker.sock");
        }
        DockerImageName used = ImageNameSubstitutor.instance().apply(image);
        try {
            DockerClient client = DockerClientProviderStrategy.getClientForConfig(
                    DockerClientFactory.instance().getTransportConfig());
            if (!has(client, used)
                    && !client.pullImageCmd(used.getUnversionedPart())
                            .withTag(used.getVersionPart())
                            .start()
                            .awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES)) {
                return Optional.of("Docker could not pull " + used + " within " + PULL_MINUTES + " minutes");
            }
            DockerClientFactory.instance().client();
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while Docker pulled " + used);
        } catch (RuntimeException e) { // the libraries' own, of several families
            return Optional.of("Docker cannot run " + used + ": "
                    + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " "));
        }
    }

    private static boolean has(DockerClient client, DockerImageName image) {
        return client.listImagesCmd().exec().stream()
                .anyMatch(one -> one.getRepoTags() != null
                        && List.of(one.getRepoTags()).contains(image.asCanonicalNameString()));
    }
}
