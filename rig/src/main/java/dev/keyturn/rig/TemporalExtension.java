package dev.keyturn.rig;

import java.util.Optional;

/** Gives a test its {@link TemporalShare}. */
final class TemporalExtension extends PartExtension<TemporalShare> {
    TemporalExtension() {
        super(Part.TEMPORAL, TemporalShare.class, TemporalShare::open, () -> Optional.of("nothing else stands for it"));
    }
}
