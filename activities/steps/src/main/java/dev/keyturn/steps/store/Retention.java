package dev.keyturn.steps.store;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a store forgets. */
public final class Retention {
    private static final Set<Version.Status> ENDED = EnumSet.of(Version.Status.RETIRED, Version.Status.ABANDONED);

    /** Long enough to recognise a value that turns up where nobody expected it. */
    public static final Duration KEEP = Duration.ofDays(90);

    private Retention() {}

    /** The state without the values of versions that were retired or abandoned {@code keep} ago or longer. */
    public static State forget(State state, Instant now, Duration keep) {
        boolean nothingDue = state.versions().stream().noneMatch(v -> due(v, now, keep));
        return nothingDue ? state : state.withVersionsAs(v -> due(v, now, keep) ? forgotten(v) : v);
    }

    private static boolean due(Version version, Instant now, Duration keep) {
        return version.value().isPresent()
                && ENDED.contains(version.status())
                && !version.since().plus(keep).isAfter(now);
    }

    private static Version forgotten(Version version) {
        return new Version(
                version.secret(),
                version.number(),
                version.status(),
                version.origin(),
                Optional.empty(),
                version.created(),
                version.since(),
                version.compromised());
    }
}
