package dev.keyturn.rig;

/** Gives a test its {@link MongoShare}. */
final class MongoExtension extends PartExtension<MongoShare> {
    MongoExtension() {
        super(Part.MONGODB, MongoShare.class, MongoShare::open, () -> OrdinaryDocker.obstacle(ContainerMongo.IMAGE));
    }
}
