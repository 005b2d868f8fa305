package dev.keyturn.steps.run;

import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.store.Run;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Settlement.Direction;
import java.util.List;
import java.util.stream.Stream;

/** Decides how an unfinished run ends, from what is found: the design's recovery table. Pure. */
final class Recovery {
    private Recovery() {}

    /**
     * What to do.
     *
     * @param found what was found; nothing in it is {@link Stand#UNREACHABLE}: then one waits and decides nothing
     * @param back whether to go back even if everything is new
     */
    static Direction decide(Run.Phase phase, Found found, boolean back) {
        if (phase == Run.Phase.CLOSED) {
            return Direction.NOTHING;
        } else if (phase == Run.Phase.PREPARED) {
            return Direction.BACK;
        } else if (!unknown(found).isEmpty()) {
            return Direction.DRIFT;
        } else if (phase == Run.Phase.COMMITTED) {
            return Direction.FORWARD;
        }
        boolean allNew = found.all().allMatch(o -> switch (o.stand()) {
            case NEW, BOTH, UNSEEN -> true;
            default -> false;
        });
        boolean anyNew = found.any(Stand.NEW);
        return allNew && anyNew && !back ? Direction.COMMIT : Direction.BACK;
    }

    /** What is none of the known values, or takes any: named, and a reason to write nothing. */
    static List<Remark> unknown(Found found) {
        return found.all().flatMap(Recovery::unknown).toList();
    }

    private static Stream<Remark> unknown(Found.Seen object) {
        return switch (object.stand()) {
            case UNASKED ->
                Stream.of(new Remark(
                        Remark.Severity.BLOCKS,
                        object.name(),
                        object.detail(),
                        "the old or the new version",
                        "see to it that Keyturn may look, then: keyturn repair"));
            case NEITHER ->
                Stream.of(new Remark(
                        Remark.Severity.BLOCKS,
                        object.name(),
                        object.detail().isEmpty() ? "neither the old nor the new value" : object.detail(),
                        "the old or the new version",
                        object instanceof Found.CopyFound
                                ? "find out who changed it; take the value away there, or put one of both back, then: keyturn repair"
                                : "find out who changed it and set one of both, then: keyturn repair"));
            case OPEN ->
                Stream.of(new Remark(
                        Remark.Severity.BLOCKS,
                        object.name(),
                        "a wrong password is accepted too: authentication is off",
                        "a server that refuses wrong passwords",
                        "turn authentication on, then: keyturn repair"));
            case OLD, NEW, BOTH, ABSENT, UNREACHABLE, UNSEEN -> Stream.empty();
        };
    }
}
