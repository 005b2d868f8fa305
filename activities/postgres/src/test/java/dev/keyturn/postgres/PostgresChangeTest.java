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
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Login.Result;
import dev.keyturn.spi.Technology;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a change of roles does on a server that logs all it can. */
class PostgresChangeTest {
    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        bench = new PostgresBench(Map.of(
                "log_statement", "all",
                "log_min_duration_statement", "0",
                "log_min_error_statement", "debug5",
                "log_connections", "on",
                "shared_preload_libraries", "pg_stat_statements",
                "password_encryption", "scram-sha-256"));
        bench.postgres.execute("CREATE EXTENSION pg_stat_statements");
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @Test
    void theManifestFindsItByItsWord() {
        assertThat(ServiceLoader.load(Technology.class))
                .filteredOn(technology -> technology.name().equals("postgres"))
                .singleElement()
                .isInstanceOf(PostgresTechnology.class);
    }

    @Test
    void neitherPasswordNorVerifierReachesTheLogOrTheStatistics() {
        Credential old = bench.role();
        Credential next = another(old);
        try (AccountServer server = bench.open()) {
            server.ensure(fence(), List.of(change(old, next)));
        }
        String log = bench.postgres.logText();
        assertThat(log).contains("SELECT pg_advisory_xact_lock");
        assertThat(log.contains(next.password().reveal())).isFalse();
        assertThat(log.contains(bench.stored(next.user()))).isFalse();
        assertThat(bench.text("SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%"
                        + next.user().name() + "%PASSWORD ''SCRAM%'"))
                .isEqualTo("0");
        assertThat(bench.text("SHOW log_statement")).isEqualTo("all");
    }

    @Test
    void anAdministratorWhoMayNotQuietTheLogShowsItTheVerifierButNeverThePassword() {
        Credential administrator = bench.role("LOGIN CREATEROLE");
        Credential old = bench.role();
        bench.postgres.execute("GRANT " + old.user() + " TO " + administrator.user() + " WITH ADMIN OPTION");
        Credential next = another(old);
        try (AccountServer server = bench.open(administrator)) {
            assertThat(server.preflight(List.of(change(old, next))))
                    .anySatisfy(finding -> assertThat(finding.found()).contains("log_statement"));
            server.ensure(fence(), List.of(change(old, next)));
        }
        String log = bench.postgres.logText();
        assertThat(log.contains(bench.stored(next.user()))).isTrue();
        assertThat(log.contains(next.password().reveal())).isFalse();
        assertThat(bench.accepts(next)).isTrue();
    }

    @Test
    void anAdministratorWhoWasGrantedTheLogsSettingsKeepsTheVerifierOut() {
        Credential administrator = bench.role("LOGIN CREATEROLE");
        Credential old = bench.role();
        bench.postgres.execute(
                "GRANT " + old.user() + " TO " + administrator.user() + " WITH ADMIN OPTION",
                "GRANT SET ON PARAMETER log_statement, log_min_error_statement, log_min_duration_statement,"
                        + " pg_stat_statements.track_utility TO " + administrator.user());
        Credential next = another(old);
        try (AccountServer server = bench.open(administrator)) {
            server.ensure(fence(), List.of(change(old, next)));
        }
        assertThat(bench.postgres.logText().contains(bench.stored(next.user()))).isFalse();
    }

    @Test
    void thirtyRolesChangeInOneTransaction() {
        List<Credential> old = Stream.generate(bench::role).limit(30).toList();
        List<Credential> next = old.stream().map(PostgresBench::another).toList();
        List<AccountState> wanted = IntStream.range(0, old.size())
                .mapToObj(i -> change(old.get(i), next.get(i)))
                .toList();
        try (AccountServer server = bench.open()) {
            List<Applied> applied = server.ensure(fence(), wanted);
            assertThat(applied).hasSize(30).allMatch(Applied::changed);
        }
        assertThat(next).allMatch(bench::accepts);
        assertThat(old).noneMatch(bench::accepts);
        String names =
                String.join(",", next.stream().map(c -> "'" + c.user() + "'").toList());
        assertThat(bench.text("SELECT count(DISTINCT xmin::text) FROM pg_authid WHERE rolname IN (" + names + ")"))
                .isEqualTo("1");
    }

    @Test
    void aRoleThatMayNotBeChangedLeavesAllOthersOld() {
        Credential administrator = bench.role("LOGIN CREATEROLE");
        Credential first = bench.role();
        Credential forbidden = bench.role();
        bench.postgres.execute("GRANT " + first.user() + " TO " + administrator.user() + " WITH ADMIN OPTION");
        List<AccountState> wanted = List.of(change(first, another(first)), change(forbidden, another(forbidden)));
        try (AccountServer server = bench.open(administrator)) {
            assertThat(server.preflight(wanted))
                    .anySatisfy(finding -> assertThat(finding.next()).contains("WITH ADMIN OPTION"));
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.ensure(fence(), wanted))
                    .withMessageContaining(forbidden.user().name())
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
        }
        assertThat(bench.accepts(first)).isTrue();
        assertThat(bench.accepts(forbidden)).isTrue();
    }

    @Test
    void theSameCredentialAlwaysBecomesTheSameVerifierAndNoTwoRolesShareASalt() {
        Credential old = bench.role();
        Credential next = another(old);
        Credential twin = bench.role();
        Credential samePassword = new Credential(twin.user(), next.password());
        try (AccountServer server = bench.open()) {
            server.ensure(fence(), List.of(change(old, next)));
            String first = bench.stored(next.user());
            server.ensure(fence(), List.of(change(next, old)));
            server.ensure(fence(), List.of(change(old, next)));
            assertThat(bench.stored(next.user())).isEqualTo(first);
            server.ensure(fence(), List.of(change(twin, samePassword)));
            assertThat(salt(bench.stored(twin.user()))).isNotEqualTo(salt(first));
        }
    }

    @Test
    void theServersIterationsAreTaken() {
        bench.postgres.execute("ALTER ROLE postgres SET scram_iterations = 1234");
        Credential old = bench.role();
        try (AccountServer server = bench.open()) {
            server.ensure(fence(), List.of(change(old, another(old))));
            assertThat(bench.stored(old.user())).startsWith("SCRAM-SHA-256$1234:");
        } finally {
            bench.postgres.execute("ALTER ROLE postgres RESET scram_iterations");
        }
    }

    @Test
    void aRoleWithoutLoginIsProvenByHowItIsRefused() {
        Credential old = bench.role("NOLOGIN");
        Credential next = another(old);
        AccountState wanted = new AccountState(next.user(), List.of(next), List.of(old), false, false);
        try (AccountServer server = bench.open()) {
            assertThat(server.ensure(fence(), List.of(wanted)))
                    .singleElement()
                    .satisfies(
                            applied -> assertThat(applied.detail()).contains("password recognised and login refused"));
            assertThat(server.login(bench.endpoint(), next).result()).isEqualTo(Result.REFUSED);
            AccountState unknown = new AccountState(old.user(), List.of(another(old)), List.of(old), false, false);
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.ensure(fence(), List.of(unknown)))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DRIFT));
        }
        assertThat(Scram.matches(bench.stored(next.user()), next)).isTrue();
        assertThat(bench.text("SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + next.user() + "'"))
                .isEqualTo("f");
    }

    @Test
    void aPasswordThatMayNotEvenBeTriedIsComparedWithWhatIsStored() {
        Credential old = bench.role("NOLOGIN");
        Credential next = another(old);
        AccountState wanted = new AccountState(next.user(), List.of(next), List.of(old), false, false);
        bench.postgres.authenticateBy(
                "local all all trust", "host all " + old.user() + " all reject", "host all all all scram-sha-256");
        try (AccountServer server = bench.open()) {
            assertThat(server.ensure(fence(), List.of(wanted))).allMatch(Applied::changed);
            assertThat(server.ensure(fence(), List.of(wanted))).noneMatch(Applied::changed);
            assertThat(Scram.matches(bench.stored(next.user()), next)).isTrue();
        } finally {
            bench.postgres.authenticateBy("local all all trust", "host all all all scram-sha-256");
        }
    }

    @Test
    void anMd5PasswordIsRecognisedAndReplacedByAScramVerifier() {
        Credential old = bench.role();
        bench.postgres.authenticateBy("local all all trust", "host all all all md5");
        bench.postgres.execute(
                "SET password_encryption = 'md5'",
                "ALTER ROLE " + old.user() + " PASSWORD '" + old.password().reveal() + "'");
        try (AccountServer server = bench.open()) {
            assertThat(bench.stored(old.user())).startsWith("md5");
            Credential next = another(old);
            server.ensure(fence(), List.of(change(old, next)));
            assertThat(bench.stored(old.user())).startsWith("SCRAM-SHA-256$");
            assertThat(bench.accepts(next)).isTrue();
        } finally {
            bench.postgres.authenticateBy("local all all trust", "host all all all scram-sha-256");
        }
    }

    @Test
    void theAdministratorsSessionOutlivesItsOwnChangeUntilTheNewLoginIsProven() {
        Credential old = bench.role("LOGIN SUPERUSER");
        Credential next = another(old);
        try (AccountServer server = bench.open(old)) {
            String before = server.identity().id();
            server.ensure(fence(), List.of(change(old, next)));
            assertThat(bench.accepts(next)).isTrue();
            assertThat(server.identity().id()).isEqualTo(before);
        }
    }

    @Test
    void aChangeIsInPlaceForAllRolesOrNone() {
        try (AccountServer server = bench.open()) {
            Capabilities capabilities = server.capabilities(bench.role().user());
            assertThat(capabilities.change()).isEqualTo(Capabilities.Change.IN_PLACE);
            assertThat(capabilities.atomicSet()).isTrue();
            assertThat(capabilities.persistence()).contains("fsync = off");
        }
    }

    @Test
    void anyRoleMayAskForTheIdentity() {
        Credential plain = bench.role();
        try (AccountServer server = bench.open(plain)) {
            assertThat(server.identity().id())
                    .isEqualTo(bench.text("SELECT system_identifier FROM pg_control_system()"));
        }
    }

    private static String salt(String verifier) {
        return verifier.split("[:$]", -1)[2];
    }
}
