package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.StepReport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a target accepts decides what is done: each row of the table, before a run and in the middle of one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TruthTableTest {
    private static final String BY_HAND = "set-by-somebody-else-1234";

    private Drill drill;

    @BeforeAll
    void start(@TempDir Path folder) {
        drill = Drill.start(folder);
    }

    @AfterEach
    void disarm() {
        drill.faults().disarm();
    }

    @AfterAll
    void stop() {
        drill.close();
    }

    private Outcome rotate(Target server) {
        return drill.run(request(server));
    }

    private static Request request(Target server) {
        return Drill.withoutBackup(Purpose.ROTATE).withOnly(List.of(server.secret));
    }

    private static StepReport report(Outcome outcome, String step) {
        return outcome.steps().stream()
                .filter(report -> report.step().equals(step))
                .findFirst()
                .orElseThrow();
    }

    private static void assertKind(Outcome outcome, Outcome.Kind kind) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource
    void whereTheNewValueIsAcceptedNothingIsDone(Target server) {
        drill.faults().arm(server.changed(), Faults.Kind.UNAVAILABLE_ONCE);

        Outcome outcome = rotate(server);

        assertKind(outcome, Outcome.Kind.DONE);
        assertThat(drill.faults().strikes()).isPositive();
        assertThat(report(outcome, server.changed().step()).changed())
                .as("second try")
                .isFalse();
        drill.assertConsistent();
    }

    @ParameterizedTest
    @EnumSource
    void whereTheOldValueAloneIsAcceptedTheNewOneIsApplied(Target server) {
        Drill.Picture before = drill.picture();

        Outcome outcome = rotate(server);

        assertKind(outcome, Outcome.Kind.DONE);
        assertThat(report(outcome, server.changed().step()).changed()).isTrue();
        drill.logins().assertAccepted(drill.picture().values());
        drill.logins().assertRefused(server.secret, before.values().get(server.secret));
        drill.assertConsistent();
    }

    @ParameterizedTest
    @EnumSource
    void whereNeitherIsAcceptedARunIsRefusedAndTheAccountNamed(Target server) {
        Drill.Picture before = drill.picture();
        server.set(drill, BY_HAND);

        Outcome outcome = rotate(server);

        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r ->
                        r.severity() == Remark.Severity.BLOCKS && r.object().contains(server.account));
        assertThat(drill.picture()).isEqualTo(before);
        assertThat(drill.logins().tried(server.secret, BY_HAND)).isEqualTo("accepted");
        server.set(drill, before.values().get(server.secret));
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void whereNeitherIsAcceptedInMidRunNothingIsOverwritten(Target server) {
        Drill.Picture before = drill.picture();
        drill.faults().arm(new Spot(server.changed().step(), Moment.BEFORE), () -> server.set(drill, BY_HAND));

        Outcome outcome = rotate(server);

        assertKind(outcome, Outcome.Kind.DRIFT);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r ->
                        r.severity() == Remark.Severity.BLOCKS && r.object().contains(server.account));
        assertThat(drill.logins().tried(server.secret, BY_HAND)).isEqualTo("accepted");
        server.set(drill, before.values().get(server.secret));
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void whereAnythingIsAcceptedARunIsRefused(Target server) {
        Drill.Picture before = drill.picture();
        server.open(drill, before);

        Outcome outcome = rotate(server);

        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.severity() == Remark.Severity.BLOCKS
                        && r.object().contains(server.account)
                        && r.found().contains("authentication is off"));
        assertThat(drill.picture()).isEqualTo(before);
        server.shut(drill, before);
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void whereAnythingIsAcceptedInMidRunNothingIsProvenAndNothingWritten(Target server) {
        Drill.Picture before = drill.picture();
        drill.faults().arm(new Spot(server.changed().step(), Moment.BEFORE), () -> server.open(drill, before));

        Outcome outcome = rotate(server);

        assertKind(outcome, Outcome.Kind.DRIFT);
        server.shut(drill, before);
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }
}
