package dev.keyturn.rig;

/** Gives a test its {@link DockerShare}. */
final class DockerExtension extends PartExtension<DockerShare> {
    DockerExtension() {
        super(Part.DOCKER, DockerShare.class, DockerShare::open, () -> false);
    }
}
