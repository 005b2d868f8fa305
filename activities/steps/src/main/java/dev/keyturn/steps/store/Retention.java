package dev.keyturn.steps.store;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a store forgets, so that it does not grow for ever: first the values of what has ended, and much later that it was. */
public final class Retention {
    private static final Set<Version.Status> ENDED = EnumSet.of(Version.Status.RETIRED, Version.Status.ABANDONED);

    /** Long enough to recognise a value that turns up where nobody expected it. */
    public static final Duration KEEP = Duration.ofDays(90);

    /** Long enough to say when a secret was changed in the year before last; the audit keeps it for good. */
    public static final Duration KEEP_RECORDS = Duration.ofDays(730);

    private Retention() {}

    /** The state without what has outlived its use at this moment. */
    public static State forget(State state, Instant now) {
        return withoutRecords(withoutValues(state, now, KEEP), now.minus(KEEP_RECORDS));
    }

    /** The state without the values of versions that were retired or abandoned {@code keep} ago or longer. */
    static State withoutValues(State state, Instant now, Duration keep) {
        boolean nothingDue = state.versions().stream().noneMatch(v -> due(v, now, keep));
        return nothingDue ? state : state.withVersionsAs(v -> due(v, now, keep) ? forgotten(v) : v);
    }

    /**
     * The state without versions whose value is forgotten and runs that are closed, if they ended before this moment. The last version of a
     * secret stays, because its number must not be used again.
     */
    static State withoutRecords(State state, Instant before) {
        Map<String, Integer> last = new HashMap<>();
        state.versions().forEach(v -> last.merge(v.secret(), v.number(), Math::max));
        List<Version> versions = state.versions().stream()
                .filter(v -> v.value().isPresent() || v.since().isAfter(before) || last.get(v.secret()) == v.number())
                .toList();
        List<Run> runs = state.runs().stream()
                .filter(run -> run.ended().filter(end -> end.isBefore(before)).isEmpty())
                .toList();
        return new State(state.header(), versions, runs, state.intents(), state.deployments(), state.dues());
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
