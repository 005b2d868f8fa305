package dev.keyturn.postgres;

import static dev.keyturn.postgres.PostgresBench.another;
import static dev.keyturn.postgres.PostgresBench.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Finding;
import dev.keyturn.testkit.AccountServerBench;
import dev.keyturn.testkit.AccountServerContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every account server keeps about ensure and preflight, on PostgreSQL 15; and what is otherwise there than in later versions. */
class Postgres15ContractTest extends AccountServerContract {
    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        bench = PostgresBench.ofVersion15();
    }

    @AfterAll
    static void stop() {
        if (bench != null) {
            bench.close();
        }
    }

    @Override
    protected AccountServerBench bench() {
        return bench;
    }

    @Test
    void itIsThatVersion() {
        assertThat(bench.text("SHOW server_version_num")).startsWith("15");
    }

    @Test
    void beforeVersion16CreateroleAloneMayChangeWhoIsNoSuperuserAndDoesNotReplicate() {
        Credential creates = bench.role("LOGIN CREATEROLE");
        Credential old = bench.role();
        Credential replicates = bench.role("LOGIN REPLICATION");
        Credential next = another(old);
        try (AccountServer server = bench.open(creates)) {
            assertThat(blocking(server, change(replicates, another(replicates))))
                    .hasSize(1);
            assertThat(blocking(server, change(old, next))).isEmpty();
            assertThat(server.ensure(PostgresBench.fence(), List.of(change(old, next))))
                    .allMatch(Applied::changed);
        }
        assertThat(bench.accepts(next)).isTrue();
        assertThat(bench.stored(old.user())).startsWith("SCRAM-SHA-256$4096:");
    }

    @Test
    void aLostAdministratorsPasswordIsReplacedOverTheSocket() {
        Credential lost = Credential.of("lost", "anything");
        bench.createAdministrator(lost);
        bench.postgres.authenticatePeers("lost");
        Credential store = another(lost);
        Credential next = another(lost);
        try (AccountServer server = bench.open(bench.socket(), next, store)) {
            AccountState forced = new AccountState(next.user(), List.of(next), List.of(store), true, true);
            assertThat(server.ensure(PostgresBench.fence(), List.of(forced))).allMatch(Applied::changed);
        }
        assertThat(bench.accepts(next)).isTrue();
        assertThat(bench.accepts(lost)).isFalse();
    }

    private static List<Finding> blocking(AccountServer server, AccountState wanted) {
        return server.preflight(List.of(wanted)).stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKS)
                .toList();
    }
}
