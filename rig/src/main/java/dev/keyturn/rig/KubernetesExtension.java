package dev.keyturn.rig;

/** Gives a test its {@link KubernetesShare}. */
final class KubernetesExtension extends PartExtension<KubernetesShare> {
    KubernetesExtension() {
        super(
                Part.KUBERNETES,
                KubernetesShare.class,
                KubernetesShare::open,
                () -> OrdinaryDocker.obstacle(ContainerKubernetes.IMAGE));
    }
}
