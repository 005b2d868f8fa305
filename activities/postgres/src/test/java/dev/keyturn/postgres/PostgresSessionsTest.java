package dev.keyturn.postgres;

import static dev.keyturn.postgres.PostgresBench.fence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Mark;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGProperty;

/** Whose sessions are ended, whose never, and what counts as evidence. */
class PostgresSessionsTest {
    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        bench = new PostgresBench(Map.of());
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @Test
    void drainEndsOlderSessionsEvenWithinATransactionAndKeepsNewerOnes() throws SQLException {
        Credential role = bench.role();
        try (AccountServer server = bench.open();
                Connection idle = bench.connect(role);
                Connection busy = bench.connect(role)) {
            busy.setAutoCommit(false);
            execute(busy, "SELECT 1");
            Mark between = server.mark();
            try (Connection newer = bench.connect(role)) {
                Evidence evidence = server.drain(fence(), role.user(), between);
                assertThat(evidence)
                        .isInstanceOfSatisfying(
                                Evidence.Proven.class,
                                proven -> assertThat(proven.what())
                                        .contains("2 older sessions")
                                        .contains("1 newer kept"));
                assertThat(isAlive(idle)).isFalse();
                assertThat(isAlive(busy)).isFalse();
                assertThat(isAlive(newer)).isTrue();
            }
        }
    }

    @Test
    void aSessionThatDoesNotEndIsNeverCalledEnded() throws Exception {
        Credential role = bench.role();
        try (AccountServer server = bench.open();
                Connection stuck = bench.connect(role)) {
            String pid = one(stuck, "SELECT pg_backend_pid()");
            Mark now = server.mark();
            new ProcessBuilder("sh", "-c", "kill -STOP " + pid).start().waitFor();
            try {
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(() -> server.drain(fence(), role.user(), now))
                        .withMessageContaining("1 still there")
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            } finally {
                new ProcessBuilder("sh", "-c", "kill -CONT " + pid).start().waitFor();
            }
            assertThat(server.drain(fence(), role.user(), now)).isInstanceOf(Evidence.Proven.class);
        }
    }

    @Test
    void sessionsWhoseAgeIsHiddenAreNoEvidence() throws SQLException {
        Credential role = bench.role();
        Credential administrator = bench.role("LOGIN CREATEROLE");
        try (AccountServer server = bench.open(administrator);
                Connection session = bench.connect(role)) {
            Mark now = server.mark();
            assertThat(server.drain(fence(), role.user(), now))
                    .isInstanceOfSatisfying(
                            Evidence.Unprovable.class,
                            unprovable -> assertThat(unprovable.who()).contains("GRANT pg_read_all_stats"));
            assertThat(isAlive(session)).isTrue();

            bench.postgres.execute("GRANT pg_read_all_stats TO " + administrator.user());
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.drain(fence(), role.user(), now))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
            assertThat(isAlive(session)).isTrue();

            bench.postgres.execute("GRANT pg_signal_backend TO " + administrator.user());
            assertThat(server.drain(fence(), role.user(), now)).isInstanceOf(Evidence.Proven.class);
            assertThat(isAlive(session)).isFalse();
        }
    }

    @Test
    void aConnectionThatStreamsToAReplicaIsLeftAndIsNoEvidence() throws Exception {
        Credential role = bench.role("LOGIN REPLICATION");
        try (AccountServer server = bench.open();
                Connection stream = stream(role)) {
            Mark now = server.mark();
            assertThat(server.drain(fence(), role.user(), now))
                    .isInstanceOfSatisfying(Evidence.Unprovable.class, unprovable -> {
                        assertThat(unprovable.why()).contains("1 older connections of " + role.user(), "replicas");
                        assertThat(unprovable.who()).contains("primary_conninfo");
                    });
            assertThat(bench.sessions(role.user())).isEqualTo(1);
            stream.close();
            Awaitility.await().until(() -> bench.sessions(role.user()) == 0);
            assertThat(server.drain(fence(), role.user(), now)).isInstanceOf(Evidence.Proven.class);
        }
    }

    @Test
    void theServersOwnProcessesOfTheAdministratorAreNoSessions() throws Exception {
        String launcher = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'postgres'"
                + " AND backend_type = 'logical replication launcher'";
        Awaitility.await().until(() -> bench.text(launcher).equals("1"));
        try (AccountServer server = bench.open()) {
            assertThat(server.drain(fence(), bench.administrator().user(), server.mark()))
                    .isInstanceOf(Evidence.Proven.class);
        }
    }

    @Test
    void aReplicaIsDrainedToo() throws Exception {
        Credential role = bench.role();
        try (PostgresBench replica = replica(role);
                AccountServer server = bench.open(
                        Map.of("endpoints", List.of(replica.endpoint().toString())),
                        bench.administrator(),
                        replica.administrator());
                Connection there = replica.connect(role)) {
            assertThat(server.endpoints()).containsExactly(bench.endpoint(), replica.endpoint());
            assertThat(server.drain(fence(), role.user(), server.mark()))
                    .isInstanceOfSatisfying(
                            Evidence.Proven.class,
                            proven -> assertThat(proven.what()).contains(replica.endpoint() + ": 1 older sessions"));
            assertThat(isAlive(there)).isFalse();
        }
    }

    @Test
    void anEndpointWhereTheAdministratorMayNotLookIsNotProven() throws Exception {
        Credential role = bench.role();
        try (PostgresBench elsewhere = new PostgresBench(Map.of());
                AccountServer server = bench.open(
                        Map.of("endpoints", List.of(elsewhere.endpoint().toString())), bench.administrator())) {
            assertThat(server.drain(fence(), role.user(), server.mark())).isInstanceOf(Evidence.Unprovable.class);
        }
    }

    @Test
    void aNewHolderEndsWhatLowerEpochsOfItsStoreLeft() throws SQLException {
        Fence ninth = new PostgresBench.Epoch("some-store", 9, false);
        Fence tenth = new PostgresBench.Epoch("some-store", 10, false);
        Fence other = new PostgresBench.Epoch("some-store-too", 1, false);
        try (AccountServer late = bench.open();
                AccountServer stranger = bench.open();
                AccountServer holder = bench.open()) {
            late.drain(ninth, bench.role().user(), late.mark());
            stranger.drain(other, bench.role().user(), stranger.mark());
            assertThat(holder.endOlderSessions(tenth)).isEqualTo(1);
            assertThat(bench.text("SELECT string_agg(application_name, ' ' ORDER BY application_name)"
                            + " FROM pg_stat_activity WHERE application_name LIKE 'keyturn/some-store%'"))
                    .isEqualTo("keyturn/some-store-too/1 keyturn/some-store/10");
            assertThat(holder.endOlderSessions(tenth)).isZero();
        }
    }

    @Test
    void aTransactionOfALateHolderIsGoneWithItsSession() throws Exception {
        Credential old = bench.role();
        String name = new PostgresBench.Epoch("late-store", 1, false).sessionName();
        try (AccountServer holder = bench.open();
                Connection late = bench.postgres.connect()) {
            execute(late, "SET application_name = '" + name + "'");
            late.setAutoCommit(false);
            execute(late, "ALTER ROLE " + old.user() + " PASSWORD NULL");
            holder.endOlderSessions(new PostgresBench.Epoch("late-store", 2, false));
            assertThat(isAlive(late)).isFalse();
        }
        assertThat(bench.accepts(old)).isTrue();
    }

    @Test
    void theAdapterComesBackAfterTheServerWasRestarted() {
        try (AccountServer server = bench.open()) {
            Instant before = Instant.parse(server.mark().text());
            bench.postgres.restart();
            assertThat(Instant.parse(server.mark().text())).isAfter(before);
        }
    }

    /** A server in recovery, with the same role; it follows nobody, which a drain does not see. */
    private static PostgresBench replica(Credential role) throws Exception {
        PostgresBench replica = new PostgresBench(Map.of());
        replica.postgres.execute("CREATE ROLE " + role.user() + " LOGIN PASSWORD '"
                + role.password().reveal() + "'");
        Files.createFile(replica.postgres.folder().resolve("data/standby.signal"));
        replica.postgres.restart();
        return replica;
    }

    /** As {@code pg_recvlogical} connects. */
    private static Connection stream(Credential role) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, role.user().name());
        PGProperty.PASSWORD.set(properties, role.password().reveal());
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return DriverManager.getConnection("jdbc:postgresql://" + bench.endpoint() + "/postgres", properties);
    }

    private static boolean isAlive(Connection connection) throws SQLException {
        return connection.isValid(2);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }
}
