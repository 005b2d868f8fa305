package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests that share one system, each of which leaves it in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnOneDrill {
    protected Drill drill;

    @BeforeAll
    void start(@TempDir Path folder) {
        drill = Drill.start(folder);
    }

    @AfterAll
    void stop() {
        drill.close();
    }

    /** Those that {@code -Dkeyturn.sweep} names by a part of their names; all if it names none. */
    static Stream<Spot> swept(List<Spot> spots) {
        String only = System.getProperty("keyturn.sweep", "");
        return spots.stream().filter(spot -> spot.toString().contains(only));
    }

    /** What a run passes on its way back from where everything has been changed: found by turning one round, so that none is forgotten. */
    List<Spot> wayBack(Plan plan) {
        Drill.Picture before = drill.picture();
        drill.faults().turnRoundAt(Spot.beforeCommit(plan));
        drill.faults().passed();
        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.ROTATE));
        List<Spot> wayBack = Spot.wayBack(drill.faults().passed());
        drill.faults().disarm();
        assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
        assertThat(wayBack.stream().map(Spot::step).distinct())
                .as("steps of the way back")
                .containsAll(outcome.steps().stream()
                        .map(StepReport::step)
                        .filter(step -> step.startsWith("start "))
                        .toList())
                .contains(Spot.EXAMINE, "start switch main", "start redeploy app", Spot.RECORD);
        return wayBack;
    }

    static Request rotation(String... only) {
        return Drill.withoutBackup(Purpose.ROTATE).withOnly(List.of(only));
    }

    static Request forced(Purpose purpose) {
        Request r = Drill.withoutBackup(purpose);
        return new Request(r.environment(), purpose, r.only(), false, true, r.reason(), r.by(), "");
    }

    static void assertKind(Outcome outcome, Outcome.Kind kind) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
    }

    /** Refused, with a finding about the object that says this; and nothing has changed. */
    void assertRefused(Request request, String object, String found) {
        Drill.Picture before = drill.picture();
        Outcome outcome = drill.run(request);
        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r ->
                        r.blocks() && r.object().contains(object) && r.found().contains(found));
        assertThat(drill.picture()).as("after a refusal").isEqualTo(before);
        assertThat(drill.state().openRun()).isEmpty();
    }

    void assertFound(String object, String found) {
        List<Remark> remarks = drill.environment().check();
        assertThat(remarks)
                .as("findings")
                .anyMatch(r -> r.severity() != Severity.NOTES
                        && r.object().contains(object)
                        && r.found().contains(found));
    }

    /** In the system's own folder. */
    Path file(String name) {
        return drill.system().folder().resolve(name);
    }

    /** What waits at its spot goes on. */
    void letGo() {
        letGo(drill);
    }

    static void letGo(Drill drill) {
        try {
            Files.createFile(drill.system().folder().resolve("go"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void sql(String statement) {
        String password = Drill.read(drill.system().keyFile("postgres_password"));
        try (var connection = drill.system().postgres().connect("postgres", password);
                var execution = connection.createStatement()) {
            execution.execute(statement);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("PostgreSQL refused a statement: SQLSTATE " + e.getSQLState());
        }
    }

    static void replaceByFile(Path folder, Path away) {
        try {
            Files.move(folder, away);
            Files.createFile(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
