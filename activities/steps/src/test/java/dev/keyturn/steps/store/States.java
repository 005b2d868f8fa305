package dev.keyturn.steps.store;

import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.workflows.contract.Purpose;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** States and runs for tests of what is pure. */
public final class States {
    private States() {}

    public static State of(Version... versions) {
        Header header = new Header("store-1", "test", 1, Turn.FIRST, Optional.empty());
        return new State(header, List.of(versions), List.of(), List.of(), Map.of(), List.of());
    }

    /** A current version, whose value tells its secret and number. */
    public static Version current(String secret, int number) {
        return Stores.version(secret, number, Version.Status.CURRENT, value(secret, number));
    }

    public static String value(String secret, int number) {
        return secret + "-value-" + number;
    }

    public static State deployed(State state, String service, long millis) {
        return state.deployed(service, "generation", "r1", millis);
    }

    /** A run that moves each secret from one version to the next. */
    public static Run run(Map<String, Integer> from, Map<String, Run.Move> moves) {
        Map<String, Integer> to =
                from.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() + 1));
        return new Run(
                "run-1",
                Purpose.ROTATE,
                Run.Phase.PREPARED,
                from,
                to,
                moves,
                "digest",
                "ann",
                "",
                Stores.NOW,
                Optional.empty(),
                "");
    }

    public static Run.Move move(Course course, Version.Origin origin) {
        return new Run.Move(course, origin, Run.Overwrite.NOTHING);
    }
}
