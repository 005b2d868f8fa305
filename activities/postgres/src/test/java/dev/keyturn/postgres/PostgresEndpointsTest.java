package dev.keyturn.postgres;

import static dev.keyturn.postgres.PostgresBench.another;
import static dev.keyturn.postgres.PostgresBench.fence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Login.Result;
import dev.keyturn.spi.Mark;
import dev.keyturn.testkit.FaultProxy;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a drain makes of the further addresses: the server itself once more, a replica, a pooler, somebody else. */
class PostgresEndpointsTest {
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
    void aPoolersClientsAreNotProvenToBeGone() throws Exception {
        Credential role = bench.role();
        try (PoolerRelay pooler = new PoolerRelay(bench.endpoint());
                AccountServer server = open(pooler.endpoint())) {
            assertThat(server.drain(fence(), role.user(), server.mark()))
                    .isInstanceOfSatisfying(Evidence.Unprovable.class, unprovable -> {
                        assertThat(unprovable.why()).contains(pooler.endpoint() + ": a pooler");
                        assertThat(unprovable.who()).contains("whoever runs " + pooler.endpoint(), "KILL");
                    });
        }
    }

    /** PgBouncer has one SQLSTATE for that and for a server that is away. */
    @Test
    void aPasswordThatAPoolerRefusesInItsOwnWordsIsRefused() throws Exception {
        Credential role = bench.role();
        try (PoolerRelay pooler = new PoolerRelay(bench.endpoint());
                AccountServer server = open(pooler.endpoint())) {
            assertThat(server.login(pooler.endpoint(), role).result()).isEqualTo(Result.ACCEPTED);
            assertThat(server.login(pooler.endpoint(), another(role)).result()).isEqualTo(Result.REFUSED);
        }
    }

    @Test
    void nothingIsSetThroughAPoolerThatItsNextClientWouldMeet() throws Exception {
        Credential role = bench.role();
        try (PoolerRelay pooler = new PoolerRelay(bench.endpoint());
                AccountServer server = open(pooler.endpoint())) {
            var fence = fence();
            server.drain(fence, role.user(), server.mark());
            assertThat(pooler.heard())
                    .as("what the pooler was told")
                    .contains("pg_backend_pid")
                    .doesNotContain("set_config", "SET ", fence.store());
        }
    }

    @Test
    void theServerUnderAnotherNameIsProvenByOneLook() throws Exception {
        Credential role = bench.role();
        try (FaultProxy relay = FaultProxy.to(bench.endpoint());
                AccountServer server = open(relay.endpoint());
                Connection older = bench.connect(role)) {
            assertThat(server.drain(fence(), role.user(), server.mark()))
                    .isInstanceOfSatisfying(
                            Evidence.Proven.class,
                            proven -> assertThat(proven.what())
                                    .contains("1 older sessions", relay.endpoint() + ": the same server"));
            assertThat(older.isValid(2)).isFalse();
        }
    }

    @Test
    void anotherServerThatIsNoReplicaIsNotProven() throws Exception {
        Credential role = bench.role();
        try (PostgresBench promoted = new PostgresBench(Map.of());
                AccountServer server = open(promoted.endpoint(), promoted.administrator())) {
            assertThat(server.drain(fence(), role.user(), server.mark()))
                    .isInstanceOfSatisfying(
                            Evidence.Unprovable.class,
                            unprovable ->
                                    assertThat(unprovable.why()).contains(promoted.endpoint() + ": another server"));
        }
    }

    /** By replacing what the primary calls now; the replica and its sessions keep to this machine's clock. */
    @Test
    void aReplicaWhoseClockIsAheadIsDrainedByItsOwnTime() throws Exception {
        try (PostgresBench primary = new PostgresBench(Map.of("allow_system_table_mods", "on"));
                PostgresBench replica = new PostgresBench(Map.of())) {
            Credential role = primary.role();
            replica.createAccount(role, true);
            Files.createFile(replica.postgres.folder().resolve("data/standby.signal"));
            replica.postgres.restart();
            primary.postgres.execute("CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz"
                    + " LANGUAGE sql VOLATILE AS $$ SELECT timeofday()::timestamptz - interval '1 hour' $$");
            try (AccountServer server = primary.open(
                            Map.of("endpoints", List.of(replica.endpoint().toString())),
                            primary.administrator(),
                            replica.administrator());
                    Connection older = replica.connect(role)) {
                Mark mark = server.mark();
                assertThat(server.drain(fence(), role.user(), mark))
                        .isInstanceOfSatisfying(
                                Evidence.Proven.class,
                                proven ->
                                        assertThat(proven.what()).contains(replica.endpoint() + ": 1 older sessions"));
                assertThat(older.isValid(2)).isFalse();
            }
        }
    }

    private static AccountServer open(Endpoint other, Credential... administrators) {
        Credential[] all = new Credential[administrators.length + 1];
        all[0] = bench.administrator();
        System.arraycopy(administrators, 0, all, 1, administrators.length);
        return bench.open(Map.of("tls", "disable", "endpoints", List.of(other.toString())), all);
    }
}
