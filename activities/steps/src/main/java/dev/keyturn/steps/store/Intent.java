package dev.keyturn.steps.store;

import dev.keyturn.spi.Snapshot;

/**
 * What a run is about to make of a publication, and what was there before the run touched it.
 *
 * @param object the publication's name
 * @param before as found before the run's first effect on it; never replaced by a later intent of the run
 * @param wanted as it is to be
 */
public record Intent(String run, String arrangement, String object, Snapshot before, Snapshot wanted) {}
