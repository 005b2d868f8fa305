package dev.keyturn.postgres;

import static dev.keyturn.postgres.PostgresBench.another;
import static dev.keyturn.postgres.PostgresBench.change;
import static dev.keyturn.postgres.PostgresBench.fence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Login.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands in the way of a change: it is bounded, named, and harmless. */
class PostgresFaultTest {
    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        bench = new PostgresBench(Map.of("max_connections", "12", "reserved_connections", "0"));
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @Test
    void aLockThatStaysIsReportedAndNothingChanges() throws SQLException {
        Credential old = bench.role();
        Credential next = another(old);
        try (AccountServer server = bench.open();
                Connection other = bench.postgres.connect()) {
            holdRow(other, old);
            refuses(Reason.UNAVAILABLE, 8, () -> server.ensure(fence(), List.of(change(old, next))))
                    .contains("another session holds a lock")
                    .contains("nothing was changed");
            other.rollback();
            assertThat(bench.accepts(old)).isTrue();
            server.ensure(fence(), List.of(change(old, next)));
        }
        assertThat(bench.accepts(next)).isTrue();
    }

    @Test
    void aRoleThatSomebodyElseChangesAtTheSameTimeIsTriedAgain() throws Exception {
        Credential old = bench.role();
        Credential next = another(old);
        try (AccountServer server = bench.open(Map.of("lock-timeout", Duration.ofSeconds(5)), bench.administrator());
                Connection other = bench.postgres.connect()) {
            holdRow(other, old);
            CompletableFuture<List<Applied>> changing =
                    CompletableFuture.supplyAsync(() -> server.ensure(fence(), List.of(change(old, next))));
            until(
                    "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER ROLE%'");
            // Now the waiting statement fails with "tuple concurrently updated".
            other.commit();
            assertThat(changing.get(10, TimeUnit.SECONDS)).allMatch(Applied::changed);
        }
        assertThat(bench.postgres.logText()).contains("tuple concurrently updated");
        assertThat(bench.accepts(next)).isTrue();
        assertThat(bench.text("SELECT rolconnlimit FROM pg_roles WHERE rolname = '" + old.user() + "'"))
                .isEqualTo("7");
    }

    @Test
    void twoKeyturnsChangeRolesOneAfterTheOther() throws Exception {
        Credential old = bench.role();
        Credential next = another(old);
        try (AccountServer server = bench.open();
                Connection other = bench.postgres.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + 0x6b65797475726eL + ")");
            refuses(Reason.UNAVAILABLE, 8, () -> server.ensure(fence(), List.of(change(old, next))));
            assertThat(bench.accepts(old)).isTrue();
            other.rollback();
            assertThat(server.ensure(fence(), List.of(change(old, next)))).allMatch(Applied::changed);
        }
    }

    @Test
    void aServerThatIsStoppedInTheMiddleDoesNotHoldAnybody() {
        Credential old = bench.role();
        Credential next = another(old);
        try (AccountServer server = bench.open()) {
            server.identity();
            bench.postgres.suspend();
            try {
                refuses(Reason.UNAVAILABLE, 15, () -> server.ensure(fence(), List.of(change(old, next))));
                assertThat(server.login(bench.endpoint(), old).result()).isEqualTo(Result.UNREACHABLE);
            } finally {
                bench.postgres.resume();
            }
            assertThat(bench.accepts(old)).isTrue();
            server.ensure(fence(), List.of(change(old, next)));
        }
        assertThat(bench.accepts(next)).isTrue();
    }

    @Test
    void noFreeSlotIsNoRefusalAndIsWaitedFor() throws Exception {
        Credential old = bench.role();
        Credential next = another(old);
        Credential filler = bench.role();
        List<Connection> all = new ArrayList<>();
        try (AccountServer server = bench.open()) {
            server.identity();
            fill(all, filler);
            assertThat(server.login(bench.endpoint(), old).result()).isEqualTo(Result.UNREACHABLE);
            refuses(Reason.UNAVAILABLE, 12, () -> server.ensure(fence(), List.of(change(old, next))))
                    .contains("no connection slot is free");
            fill(all, filler);
            CompletableFuture<List<Applied>> changing =
                    CompletableFuture.supplyAsync(() -> server.ensure(fence(), List.of(change(old, next))));
            int before = bench.postgres.logText().split("too many clients", -1).length;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (bench.postgres.logText().split("too many clients|slots are reserved", -1).length <= before
                    && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            closeAll(all);
            assertThat(changing.get(20, TimeUnit.SECONDS)).allMatch(Applied::changed);
        } finally {
            closeAll(all);
        }
        assertThat(bench.accepts(next)).isTrue();
    }

    @Test
    void aServerThatTakesAnyPasswordIsOpenAndNothingIsWritten() {
        Credential old = bench.role();
        Credential next = another(old);
        String stored = bench.stored(old.user());
        bench.postgres.authenticateBy("local all all trust", "host all all all trust");
        try (AccountServer server = bench.open()) {
            assertThat(server.login(bench.endpoint(), old).result()).isEqualTo(Result.OPEN);
            assertThat(server.preflight(List.of(change(old, next))))
                    .anySatisfy(finding -> assertThat(finding.found()).contains("a wrong password is accepted too"));
            refuses(Reason.CONFIGURATION, 5, () -> server.ensure(fence(), List.of(change(old, next))))
                    .contains("a wrong password is accepted too");
        } finally {
            bench.postgres.authenticateBy("local all all trust", "host all all all scram-sha-256");
        }
        assertThat(bench.stored(old.user())).isEqualTo(stored);
    }

    @Test
    void anAdministratorWhoseEveryPasswordIsRefusedIsNamedWithoutIts() {
        Credential wrong = another(bench.administrator());
        try (AccountServer server = bench.open(wrong, another(wrong))) {
            refuses(Reason.DENIED, 5, server::identity)
                    .contains("none of the 2 passwords")
                    .contains("postgres")
                    .doesNotContain(wrong.password().reveal());
        }
    }

    @Test
    void anExpiredRoleIsNamedAndNotTakenForDrift() {
        Credential old = bench.role("LOGIN VALID UNTIL '2001-01-01'");
        AccountState wanted = change(old, another(old));
        try (AccountServer server = bench.open()) {
            assertThat(server.preflight(List.of(wanted)))
                    .anySatisfy(finding -> assertThat(finding.found()).contains("VALID UNTIL 2001-01-01"));
            refuses(Reason.CONFIGURATION, 5, () -> server.ensure(fence(), List.of(wanted)))
                    .contains("VALID UNTIL 2001-01-01");
        }
    }

    @Test
    void aRoleThatMayNotConnectToThisDatabaseStillProvesItsPassword() {
        Credential old = bench.role();
        Credential next = another(old);
        bench.postgres.execute("CREATE DATABASE closed", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
        try (AccountServer server = bench.open(Map.of("database", "closed"), bench.administrator())) {
            assertThat(server.login(bench.endpoint(), old).result()).isEqualTo(Result.ACCEPTED);
            assertThat(server.login(bench.endpoint(), next).result()).isEqualTo(Result.REFUSED);
            server.ensure(fence(), List.of(change(old, next)));
        }
        assertThat(bench.accepts(next)).isTrue();
    }

    @Test
    void aPasswordHookThatRefusesMeansAnotherValueIsNeeded() {
        Credential old = bench.role();
        Credential likeTheName = Credential.of(old.user().name(), old.user().name());
        bench.postgres.execute("ALTER ROLE postgres SET session_preload_libraries = 'passwordcheck'");
        try (AccountServer server = bench.open()) {
            refuses(Reason.VALUE_REJECTED, 5, () -> server.ensure(fence(), List.of(change(old, likeTheName))))
                    .contains("nothing was changed");
            assertThat(bench.accepts(old)).isTrue();
        } finally {
            bench.postgres.execute("ALTER ROLE postgres RESET session_preload_libraries");
        }
    }

    @Test
    void aHolderWhoseTimeIsOverWritesNothing() {
        Credential old = bench.role();
        Fence over = new PostgresBench.Epoch("store", 3, true);
        try (AccountServer server = bench.open()) {
            refuses(Reason.FENCED, 5, () -> server.ensure(over, List.of(change(old, another(old)))));
        }
        assertThat(bench.accepts(old)).isTrue();
    }

    @Test
    void aNameThatPostgresWouldCutIsRefused() {
        Credential old = bench.role();
        Fence longStore = new PostgresBench.Epoch("s".repeat(60), 1, false);
        try (AccountServer server = bench.open()) {
            refuses(Reason.CONFIGURATION, 5, () -> server.ensure(longStore, List.of(change(old, another(old)))))
                    .contains("expected at most 63");
        }
        assertThat(bench.accepts(old)).isTrue();
    }

    @Test
    void aNameBeyondWhatTheServerKeepsNeverChangesTheRoleItWouldBeCutTo() {
        Credential kept = Credential.of("n".repeat(63), "kept-password");
        bench.postgres.execute("CREATE ROLE " + kept.user() + " LOGIN PASSWORD 'kept-password'");
        Credential longer = Credential.of("n".repeat(64), "kept-password");
        try (AccountServer server = bench.open()) {
            refuses(Reason.CONFIGURATION, 5, () -> server.ensure(fence(), List.of(change(longer, another(longer)))))
                    .contains("no such role");
        }
        assertThat(bench.accepts(kept)).isTrue();
    }

    private static org.assertj.core.api.AbstractStringAssert<?> refuses(
            Reason reason, int seconds, ThrowingCallable call) {
        Instant before = Instant.now();
        AdapterException[] thrown = new AdapterException[1];
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(call)
                .withNoCause()
                .satisfies(e -> thrown[0] = e)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(seconds));
        return assertThat(thrown[0].getMessage());
    }

    /** Another session that has changed the role and has not committed. */
    private static void holdRow(Connection other, Credential role) throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("ALTER ROLE " + role.user() + " CONNECTION LIMIT 7");
        }
    }

    private static void until(String query) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!bench.text(query).equals("t")) {
            assertThat(System.nanoTime()).as(query).isLessThan(deadline);
        }
    }

    private static void fill(List<Connection> all, Credential filler) {
        try {
            while (true) {
                all.add(bench.connect(filler));
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("53300");
        }
        try {
            while (true) {
                all.add(bench.postgres.connect());
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("53300");
        }
    }

    private static void closeAll(List<Connection> all) throws SQLException {
        for (Connection connection : all) {
            connection.close();
        }
        all.clear();
    }
}
