package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that cannot be written any more from some write on, for each write of a whole rotation. */
class StoreFaultTest {
    /** More writes than a rotation of this system makes. */
    private static final int MANY = 60;

    @Test
    void fromWhicheverWriteOnTheStoreFailsTheNextRepairSettlesTheRun(@TempDir Path folder) {
        try (Drill drill = Drill.start(folder)) {
            int write = 1;
            while (rotateWithAStoreThatFailsFrom(write, drill)) {
                write++;
                assertThat(write).isLessThan(MANY);
            }
            assertThat(write).as("writes of a rotation").isGreaterThan(8);
        }
    }

    /** Whether the store failed before the run had ended. */
    private static boolean rotateWithAStoreThatFailsFrom(int write, Drill drill) {
        Drill.Picture before = drill.picture();
        drill.faults().failStoreFrom(write);
        String ended = end(drill);
        boolean struck = drill.faults().strikes() > 0;
        drill.faults().disarm();
        boolean left = drill.state().openRun().isPresent();
        Outcome repaired = drill.repairWhenFree();

        assertThat(struck).as("write %s: %s", write, ended).isEqualTo(!ended.equals("DONE"));
        boolean moved = !drill.picture().current().equals(before.current());
        if (left) {
            assertThat(repaired.kind())
                    .as("write %s: %s, %s", write, ended, repaired)
                    .isEqualTo(moved ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        }
        if (moved) {
            drill.assertMovedOn(before);
        } else {
            drill.assertBackAt(before);
        }
        return struck;
    }

    private static String end(Drill drill) {
        try {
            return drill.run(Drill.withoutBackup(Purpose.ROTATE)).kind().name();
        } catch (EnvironmentException e) {
            return e.getMessage();
        }
    }
}
