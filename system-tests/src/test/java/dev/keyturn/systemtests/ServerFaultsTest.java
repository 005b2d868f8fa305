package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real faults of a real server, and of the disk, in the middle of a rotation. */
class ServerFaultsTest extends OnOneDrill {
    private static final String SWITCH = "promote switch main";
    private static final Spot BEFORE_SWITCH = new Spot(SWITCH, Moment.BEFORE);

    @BeforeAll
    @Override
    void start(@TempDir Path folder) {
        drill = Drill.start(folder, Map.of("max_connections", "12"));
    }

    @AfterEach
    void disarm() {
        drill.faults().disarm();
    }

    /** Fault 24, and 25 where the switch has been made and nobody learns of it. */
    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "MIDDLE"})
    void postgresThatIsKilledInTheSwitchAndComesBackIsWaitedFor(Moment moment) throws Exception {
        Drill.Picture before = drill.picture();
        PrivatePostgres postgres = drill.system().postgres();
        List<CompletableFuture<Void>> back = new ArrayList<>();
        drill.faults().arm(new Spot(SWITCH, moment), () -> {
            postgres.kill();
            back.add(CompletableFuture.runAsync(() -> {
                awaitFailure(drill.state().openRun().orElseThrow().id(), "promote switch");
                postgres.restart();
            }));
        });

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.ROTATE));

        back.get(0).get(1, TimeUnit.MINUTES);
        assertKind(outcome, Outcome.Kind.DONE);
        drill.assertMovedOn(before);
    }

    /** Fault 27: connections are taken, and nobody says a word, until the time-out of the technology. */
    @Test
    void postgresThatHangsInTheSwitchIsGivenUpByTheTimeOutAndTriedAgain() throws Exception {
        Drill.Picture before = drill.picture();
        PrivatePostgres postgres = drill.system().postgres();
        Path hasty = Files.writeString(
                drill.system().folder().resolve("hasty.yaml"),
                Drill.read(drill.system().manifest())
                        .replace("admin: postgres_password}", "admin: postgres_password, connect-timeout: 2s}"));
        List<CompletableFuture<Void>> back = new ArrayList<>();
        drill.faults().arm(BEFORE_SWITCH, () -> {
            postgres.suspend();
            back.add(CompletableFuture.runAsync(() -> {
                awaitFailure(drill.state().openRun().orElseThrow().id(), SWITCH);
                postgres.resume();
            }));
        });

        Outcome outcome;
        try (var environment = Drill.environments(drill.faults()).open(hasty)) {
            outcome = environment.run(Drill.withoutBackup(Purpose.ROTATE), progress -> {});
        } finally {
            postgres.resume();
        }

        back.get(0).get(1, TimeUnit.MINUTES);
        assertKind(outcome, Outcome.Kind.DONE);
        drill.assertMovedOn(before);
    }

    /** Its tries before may have left sessions, on this server alone. */
    @Test
    void anAccountIsPutBackByASecondTryThoughAnotherServerIsGone() {
        Drill.Picture before = drill.picture();
        PrivateRedis redis = drill.system().redis();
        Spot puttingBack = new Spot("start switch main", Moment.BEFORE);
        drill.faults().turnRoundAt(new Spot(SWITCH, Moment.AFTER));
        drill.faults().arm(puttingBack, () -> {
            redis.stop();
            throw ApplicationFailure.newFailure("injected", FailureType.UNAVAILABLE.name());
        });

        try (Environment hasty = drill.hasty()) {
            assertKind(hasty.run(Drill.withoutBackup(Purpose.ROTATE), progress -> {}), Outcome.Kind.UNSETTLED);
        } finally {
            redis.restart();
        }

        assertThat(drill.logins().tried("postgres_app_user_pw", before.values().get("postgres_app_user_pw")))
                .as("the account that could be put back")
                .isEqualTo("accepted");
        assertKind(drill.repairWhenFree(), Outcome.Kind.ROLLED_BACK);
        drill.assertBackAt(before);
    }

    /** Fault 39: all slots are taken for a while; the administrator's reserved ones are not enough for the proofs. */
    @Test
    void aServerWithoutAFreeConnectionIsTriedAgain() throws Exception {
        Drill.Picture before = drill.picture();
        PrivatePostgres postgres = drill.system().postgres();
        int logged = postgres.logText().length();
        List<CompletableFuture<Void>> freed = new ArrayList<>();
        drill.faults().arm(BEFORE_SWITCH, () -> {
            List<Connection> taken = takeEveryConnection(before.values().get("postgres_app_user_pw"));
            freed.add(CompletableFuture.runAsync(() -> {
                int full = postgres.logText().length();
                Target.await(() -> postgres.logText().substring(full).contains("FATAL"));
                taken.forEach(ServerFaultsTest::close);
            }));
        });

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.ROTATE));

        freed.get(0).get(1, TimeUnit.MINUTES);
        assertThat(postgres.logText().substring(logged)).contains("connection slots");
        assertKind(outcome, Outcome.Kind.DONE);
        drill.assertMovedOn(before);
    }

    /** Fault 87: what cannot be written down is not done. */
    @Test
    void anAuditThatCannotBeWrittenInMidRunStopsIt() throws IOException {
        Drill.Picture before = drill.picture();
        Path audit = drill.system().folder().resolve(".keyturn/prod/audit.jsonl");
        Path away = audit.resolveSibling("away");
        drill.faults().arm(BEFORE_SWITCH, () -> {
            try {
                Files.move(audit, away);
                Files.createDirectory(audit);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            Outcome outcome = drill.run(Drill.withoutBackup(Purpose.ROTATE));
            assertKind(outcome, Outcome.Kind.UNSETTLED);
        } catch (EnvironmentException told) {
            assertThat(told).hasMessageContaining("audit");
        }
        assertThat(drill.logins().tried("postgres_app_user_pw", before.values().get("postgres_app_user_pw")))
                .as("the account that was to be switched next")
                .isEqualTo("accepted");
        assertThat(drill.state().openRun()).as("open run").isPresent();
        Files.delete(audit);
        Files.move(away, audit);
        drill.faults().disarm();

        assertKind(drill.repairWhenFree(), Outcome.Kind.ROLLED_BACK);

        drill.assertBackAt(before);
    }

    /** Waits until the audit says that the step failed in this run. */
    private void awaitFailure(String run, String step) {
        Path audit = drill.system().folder().resolve(".keyturn/prod/audit.jsonl");
        Target.await(() -> Drill.read(audit)
                .lines()
                .anyMatch(line -> line.contains(run) && line.contains("step failed") && line.contains(step)));
    }

    private List<Connection> takeEveryConnection(String password) {
        List<Connection> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(drill.system().postgres().connect("app_user", password));
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
            return taken;
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("a connection was not closed: SQLSTATE " + e.getSQLState());
        }
    }
}
