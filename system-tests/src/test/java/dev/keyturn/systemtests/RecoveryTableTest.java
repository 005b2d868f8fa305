package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The design's recovery table, row by row: what the next command does with the run that a killed process left. */
@Order(6)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryTableTest {
    private static final Spot AFTER_STAGE = new Spot(Spot.STAGE, Moment.AFTER);
    private static final Spot AFTER_CHECK = new Spot("promote check app", Moment.AFTER);
    private static final Spot AFTER_COMMIT = new Spot(Spot.COMMIT, Moment.AFTER);
    private static final Spot IN_PUBLISH = new Spot("promote publish key-directory infra/secrets/keys", Moment.MIDDLE);

    private Drill drill;

    @BeforeAll
    void start(@TempDir Path folder) {
        drill = Drill.start(folder);
    }

    @AfterAll
    void stop() {
        drill.close();
    }

    private Outcome repair() {
        return drill.run(Drill.withoutBackup(Purpose.REPAIR));
    }

    /** A run of this server's secret alone, killed at the spot. */
    private void killedAt(Target server, Spot spot) {
        killedAt(List.of(server.secret), spot);
    }

    private void killedAt(List<String> secrets, Spot spot) {
        RunInProcess.kill(Assignment.of(drill, Purpose.ROTATE, spot).only(secrets));
        assertThat(drill.state().openRun()).as("open run").isPresent();
    }

    private static void assertKind(Outcome outcome, Outcome.Kind kind) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource
    void aPreparedRunIsAbandoned(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, AFTER_STAGE);
        assertThat(drill.state().openRun().map(Run::phase)).hasValue(Run.Phase.PREPARED);

        assertKind(repair(), Outcome.Kind.ROLLED_BACK);

        drill.assertBackAt(before);
        assertThat(drill.state().versions())
                .filteredOn(v -> v.secret().equals(server.secret))
                .last()
                .extracting(Version::status)
                .isEqualTo(Version.Status.ABANDONED);
    }

    @Test
    void aChangingRunThatIsPartlyNewGoesBack() {
        Drill.Picture before = drill.picture();
        killedAt(List.of(), IN_PUBLISH);
        assertThat(drill.state().openRun().map(Run::phase)).hasValue(Run.Phase.CHANGING);

        assertKind(repair(), Outcome.Kind.ROLLED_BACK);

        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void aChangingRunWhoseConsumersWereNotRedeployedEndsByWhatIsFound(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, server.changed());

        assertEnded(repair(), before, server);
    }

    @ParameterizedTest
    @EnumSource
    void aChangingRunThatIsNewEverywhereIsCheckedAndCommitted(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, AFTER_CHECK);
        assertThat(drill.state().openRun().map(Run::phase)).hasValue(Run.Phase.CHANGING);

        Outcome outcome = repair();

        assertKind(outcome, Outcome.Kind.DONE);
        assertThat(outcome.steps()).extracting(s -> s.step()).contains("promote check app", "commit");
        assertOnlyMoved(before, server);
    }

    @Test
    void aChangingRunThatIsNewEverywhereGoesBackWhenItsCheckFails() throws IOException {
        Drill.Picture before = drill.picture();
        killedAt(List.of(), AFTER_CHECK);
        Path env = drill.system().folder().resolve("running/env");
        List<String> held = Files.readAllLines(env);
        Files.writeString(
                env,
                "DATABASE_URL=postgresql://app_user:wrong@127.0.0.1:"
                        + drill.system().postgres().port() + "/postgres\n");

        assertKind(repair(), Outcome.Kind.ROLLED_BACK);

        assertThat(held).isNotEqualTo(before.held());
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void aCommittedRunGoesForward(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, AFTER_COMMIT);
        assertThat(drill.state().openRun().map(Run::phase)).hasValue(Run.Phase.COMMITTED);

        assertKind(repair(), Outcome.Kind.DONE);

        assertOnlyMoved(before, server);
    }

    /** The consumer stands on the old value, and both or the old one alone work at the account. */
    @ParameterizedTest
    @EnumSource
    void aCommittedRunThatSomebodyPutBackGoesForwardAllTheSame(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, AFTER_COMMIT);
        server.set(drill, before.values().get(server.secret));

        assertKind(repair(), Outcome.Kind.DONE);

        assertOnlyMoved(before, server);
    }

    @ParameterizedTest
    @EnumSource
    void anAccountThatTakesNoneOfTheValuesIsDriftAndNothingIsWritten(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, server.changed());
        server.set(drill, "set-by-somebody-else-1234");
        Drill.Picture between = drill.picture();

        Outcome outcome = repair();

        assertKind(outcome, Outcome.Kind.DRIFT);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.object().contains(server.account) && r.found().contains("no version"));
        assertThat(drill.picture()).isEqualTo(between);
        assertThat(drill.logins().tried(server.secret, "set-by-somebody-else-1234"))
                .isEqualTo("accepted");

        server.set(drill, before.values().get(server.secret));
        assertKind(repair(), Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void driftNamesAnOlderVersionThatStillWorks(Target server) {
        String older = drill.picture().values().get(server.secret);
        int number = drill.picture().current().get(server.secret);
        Outcome rotated = drill.run(Drill.withoutBackup(Purpose.ROTATE).withOnly(List.of(server.secret)));
        assertKind(rotated, Outcome.Kind.DONE);
        Drill.Picture before = drill.picture();
        killedAt(server, server.changed());
        server.set(drill, older);

        Outcome outcome = repair();

        assertKind(outcome, Outcome.Kind.DRIFT);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.object().contains(server.account)
                        && r.found().contains("version " + number + ", which is retired"));

        server.set(drill, before.values().get(server.secret));
        assertKind(repair(), Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }

    @Test
    void aPublishedFileEditedInMidRunIsDriftAndNotOverwritten() throws IOException {
        Drill.Picture before = drill.picture();
        killedAt(List.of(), IN_PUBLISH);
        Path file = drill.system().keyFile("csrf_signing_secret");
        String old = Drill.read(file);
        Files.writeString(file, "edited-by-hand-while-it-ran-0123456789");
        Drill.Picture between = drill.picture();

        Outcome outcome = repair();

        assertKind(outcome, Outcome.Kind.DRIFT);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.object().contains("csrf_signing_secret"));
        assertThat(drill.picture()).isEqualTo(between);

        Files.writeString(file, old);
        assertKind(repair(), Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }

    @ParameterizedTest
    @EnumSource
    void anAccountThatTakesAnythingIsRefused(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, server.changed());
        server.open(drill, before);
        Drill.Picture between = drill.picture();

        Outcome outcome = repair();

        assertKind(outcome, Outcome.Kind.DRIFT);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.object().contains(server.account) && r.found().contains("authentication is off"));
        assertThat(drill.picture()).isEqualTo(between);

        server.shut(drill, before);
        assertEnded(repair(), before, server);
    }

    /** The manifest's patience is short here, so that what is waited for in vain is given up soon. */
    @ParameterizedTest
    @EnumSource
    void whileAServerDoesNotAnswerNothingIsDecidedAndTheNextRepairGoesOn(Target server) {
        Drill.Picture before = drill.picture();
        killedAt(server, server.changed());
        server.stop(drill);
        Outcome outcome;
        try (var hasty = drill.hasty()) {
            outcome = hasty.run(Drill.withoutBackup(Purpose.REPAIR), progress -> {});
        } finally {
            server.start(drill);
        }
        assertKind(outcome, Outcome.Kind.UNSETTLED);
        assertThat(outcome.summary()).contains("keyturn repair");
        assertThat(drill.state().openRun()).as("open run").isPresent();
        assertThat(drill.state().header().holder()).as("holder").isEmpty();

        assertEnded(repair(), before, server);
    }

    @ParameterizedTest
    @EnumSource
    void aRepairWaitsForAServerThatComesBack(Target server) throws Exception {
        Drill.Picture before = drill.picture();
        killedAt(server, server.changed());
        server.stop(drill);
        CompletableFuture<Outcome> repaired = CompletableFuture.supplyAsync(this::repair);
        long taken = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (drill.state().header().holder().isEmpty() && System.nanoTime() < taken) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(repaired).as("ended while the server was away").isNotDone();
        server.start(drill);

        assertEnded(repaired.get(60, TimeUnit.SECONDS), before, server);
    }

    /** Passwords are published before PostgreSQL switches, so all is new after that; Redis widens first of all. */
    private void assertEnded(Outcome outcome, Drill.Picture before, Target server) {
        assertKind(outcome, server == Target.POSTGRES ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK);
        if (outcome.kind() == Outcome.Kind.DONE) {
            assertOnlyMoved(before, server);
        } else {
            drill.assertBackAt(before);
        }
    }

    private void assertOnlyMoved(Drill.Picture before, Target server) {
        Drill.Picture now = drill.picture();
        now.current()
                .forEach((secret, number) -> assertThat(number)
                        .as("version of " + secret)
                        .isEqualTo(
                                secret.equals(server.secret)
                                        ? before.next().get(secret)
                                        : before.current().get(secret)));
        drill.logins().assertAccepted(now.values());
        drill.logins().assertRefused(server.secret, before.values().get(server.secret));
        drill.assertConsistent();
    }
}
