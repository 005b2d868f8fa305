package dev.keyturn.rig;

import java.util.Optional;

/** Gives a test its {@link DockerShare}. */
final class DockerExtension extends PartExtension<DockerShare> {
    DockerExtension() {
        super(
                Part.DOCKER,
                DockerShare.class,
                DockerShare::open,
                () -> Optional.of("Swarm needs an engine that tests may change"));
    }
}
