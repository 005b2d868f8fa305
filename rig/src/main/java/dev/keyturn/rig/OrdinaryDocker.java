package dev.keyturn.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;

/** A contributor's own Docker, which can pull images: with it Testcontainers stands for parts of the rig. */
final class OrdinaryDocker {
    private OrdinaryDocker() {}

    /**
     * Whether an engine answers and has a registry. Looks for a socket first, because Testcontainers says loudly what it does
     * not find; then asks Testcontainers, which begins by pulling a small image of its own.
     */
    static boolean isFound() {
        return Found.ANSWER;
    }

    /** Asked once a process: the answer takes seconds. */
    private static final class Found {
        static final boolean ANSWER = (Variables.isSet("DOCKER_HOST") || Files.exists(Path.of("/var/run/docker.sock")))
                && DockerClientFactory.instance().isDockerAvailable();
    }
}
