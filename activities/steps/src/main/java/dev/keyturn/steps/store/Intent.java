package dev.keyturn.steps.store;

import dev.keyturn.spi.Mark;
import dev.keyturn.spi.Snapshot;
import java.util.Optional;

/**
 * What a run makes of a publication, and what was there before the run touched it; or when it changed an account server.
 *
 * @param object the publication's name, or the word server and its name
 * @param before as found before the run's first effect on it; never replaced by a later intent of the run
 * @param wanted as it is to be
 * @param mark for an account server: when it had been made to accept the new values
 */
public record Intent(
        String run, String arrangement, String object, Snapshot before, Snapshot wanted, Optional<Mark> mark) {}
