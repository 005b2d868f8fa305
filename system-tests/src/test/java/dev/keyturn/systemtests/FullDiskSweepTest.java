package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Run;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The store's disk is full from one of a rotation's writes on, whichever it is, so that neither the way on nor the way back can
 * be written down. When there is room again, the next command ends the run. How many writes there are is found by counting.
 */
class FullDiskSweepTest extends OnOneDrill {
    private int writes;
    private Environment hasty;

    @BeforeAll
    void openWithLittlePatience() {
        hasty = drill.hasty();
    }

    @AfterAll
    void close() {
        hasty.close();
    }

    @BeforeAll
    void countTheWritesOfARotation() {
        drill.faults().failStoreFrom(Integer.MAX_VALUE);
        assertThat(drill.run(Drill.withoutBackup(Purpose.ROTATE)).kind()).isEqualTo(Outcome.Kind.DONE);
        writes = drill.faults().storeWrites();
        assertThat(writes).as("writes of the store").isGreaterThan(5);
    }

    IntStream everyWrite() {
        return IntStream.rangeClosed(1, writes);
    }

    @ParameterizedTest
    @MethodSource("everyWrite")
    void aStoreThatIsFullFromThisWriteOnIsRepairedWhenThereIsRoom(int write) {
        Drill.Picture before = drill.picture();
        drill.faults().failStoreFrom(write);

        assertThat(endOfRotation()).as("end under a full disk").isNotEqualTo(Optional.of(Outcome.Kind.ROLLED_BACK));

        assertThat(drill.faults().strikes()).as("strikes").isPositive();
        drill.faults().disarm();
        Optional<Run> left = drill.state().openRun();
        Outcome repaired = drill.repairWhenFree();
        boolean committed = left.isEmpty() ? write == writes : left.get().phase() == Run.Phase.COMMITTED;
        if (committed || (left.isPresent() && repaired.kind() == Outcome.Kind.DONE)) {
            assertThat(repaired.kind()).as(repaired.toString()).isEqualTo(Outcome.Kind.DONE);
            drill.assertMovedOn(before);
        } else {
            assertThat(repaired.kind())
                    .as(repaired.toString())
                    .isEqualTo(left.isEmpty() ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
            drill.assertBackAt(before);
        }
    }

    /** Empty if not even the end could be written down, which the caller learns by an exception. */
    private Optional<Outcome.Kind> endOfRotation() {
        try {
            return Optional.of(hasty.run(Drill.withoutBackup(Purpose.ROTATE), progress -> {})
                    .kind());
        } catch (EnvironmentException told) {
            return Optional.empty();
        }
    }
}
