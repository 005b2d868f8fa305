package dev.keyturn.rig;

/** Gives a test its {@link TemporalShare}. */
final class TemporalExtension extends PartExtension<TemporalShare> {
    TemporalExtension() {
        super(Part.TEMPORAL, TemporalShare.class, TemporalShare::open, () -> false);
    }
}
