package dev.keyturn.systemtests;

import dev.keyturn.steps.store.State;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of which each needs a process that is killed: on several systems, so that one process has the runs of many of them. */
abstract class OnDrills extends OnOneDrill {
    private final List<Drill> more = new ArrayList<>();
    private Path folder;

    @BeforeAll
    void haveRoom(@TempDir Path room) {
        folder = room;
    }

    @AfterAll
    void stopTheOthers() {
        more.forEach(Drill::close);
    }

    /** What the tests expect of a system that has just been taken over. */
    void prepare(Drill fresh) {}

    /** Number 0 is the one that is there from the beginning. */
    Drill drill(int number) {
        while (more.size() < number) {
            try {
                Drill another = Drill.start(Files.createDirectory(folder.resolve("drill-" + more.size())));
                more.add(another);
                prepare(another);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return number == 0 ? drill : more.get(number - 1);
    }

    /** A test for each spot, whose system has had a run killed there. */
    Stream<Killed> killed(Stream<Spot> spots, BiFunction<Drill, Spot, Assignment> assignment) {
        return killed(spots, Drill::picture, assignment);
    }

    /** @param before says what the system looks like, and then does what the run is to meet */
    Stream<Killed> killed(
            Stream<Spot> spots, Function<Drill, Drill.Picture> before, BiFunction<Drill, Spot, Assignment> assignment) {
        return Group.killed(spots, this::drill, before, assignment).map(Killed::new);
    }

    /** A run that was killed at its spot: to each, it is as if its process had had no other. */
    record Killed(Group.Member<Drill, Drill.Picture> member) {
        Spot spot() {
            return member.spot();
        }

        /** The system as the dead process left it. */
        Drill drill() {
            return member.system();
        }

        Drill.Picture before() {
            return member.before();
        }

        /** The store's contents as the dead process left them. */
        State left() {
            drill().lastRunWasCutOffAt(spot());
            return drill().state();
        }

        @Override
        public String toString() {
            return spot().toString();
        }
    }
}
