package dev.keyturn.postgres;

import static dev.keyturn.postgres.PostgresBench.another;
import static dev.keyturn.postgres.PostgresBench.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Finding.Severity;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is found before anything is changed. */
class PostgresPreflightTest {
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
    void whereAllIsWellThereIsNothingToSay() {
        Credential old = bench.role();
        assertThat(look(change(old, another(old)))).isEmpty();
        assertThat(look(change(old, old))).isEmpty();
    }

    @Test
    void aRoleThatIsMissingBlocks() {
        Credential missing = Credential.of("nobody", "anything");
        assertThat(look(change(missing, another(missing)))).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.BLOCKS);
            assertThat(finding.object())
                    .contains("nobody")
                    .contains(bench.endpoint().toString());
            assertThat(finding.found()).isEqualTo("no such role");
        });
    }

    @Test
    void aRoleThatLogsInAgainstTheManifestBlocksInBothDirections() {
        Credential logsIn = bench.role("LOGIN");
        Credential owner = bench.role("NOLOGIN");
        assertThat(look(new AccountState(logsIn.user(), List.of(another(logsIn)), List.of(logsIn), false, false)))
                .extracting(Finding::next)
                .containsExactly("ALTER ROLE \"" + logsIn.user() + "\" NOLOGIN");
        assertThat(look(change(owner, another(owner))))
                .extracting(Finding::next)
                .containsExactly("ALTER ROLE \"" + owner.user() + "\" LOGIN");
    }

    @Test
    void anAdministratorThatMayNotChangeTheRoleBlocks() {
        Credential plain = bench.role();
        Credential creates = bench.role("LOGIN CREATEROLE");
        Credential old = bench.role();
        Credential superuser = bench.role("LOGIN SUPERUSER");
        bench.postgres.execute("GRANT " + old.user() + " TO " + plain.user() + " WITH ADMIN OPTION");
        assertThat(blocking(lookAs(plain, change(old, another(old)))))
                .extracting(Finding::expected)
                .containsExactly("CREATEROLE, and from PostgreSQL 16 on the ADMIN OPTION on the role");
        assertThat(blocking(lookAs(creates, change(old, another(old))))).hasSize(1);
        assertThat(blocking(lookAs(creates, change(superuser, another(superuser)))))
                .extracting(Finding::expected)
                .containsExactly("a superuser, because the role is one");
        bench.postgres.execute("GRANT " + old.user() + " TO " + creates.user() + " WITH ADMIN OPTION");
        assertThat(blocking(lookAs(creates, change(old, another(old))))).isEmpty();
    }

    @Test
    void anAccountThatTakesNoKnownPasswordBlocksUnlessForced() {
        Credential old = bench.role();
        Credential other = another(old);
        assertThat(blocking(look(change(other, another(old)))))
                .extracting(Finding::found)
                .containsExactly("none of the known passwords is accepted");
        assertThat(look(new AccountState(old.user(), List.of(other), List.of(), true, true)))
                .isEmpty();
    }

    @Test
    void anEndpointThatAnswersOtherwiseThanTheServerBlocks() {
        Credential old = bench.role();
        try (PostgresBench pooler = new PostgresBench(Map.of())) {
            assertThat(blocking(lookThrough(pooler, change(old, another(old)))))
                    .extracting(Finding::found)
                    .containsExactly("the password is refused that the server itself accepts");
            pooler.postgres.stop();
            assertThat(blocking(lookThrough(pooler, change(old, another(old)))))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.found()).contains("no answer"));
        }
    }

    @Test
    void aValueThatCannotBeSetBlocks() {
        Credential old = bench.role();
        assertThat(blocking(look(change(old, Credential.of(old.user().name(), "nul\0inside")))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.found()).contains("a NUL character"));
    }

    @Test
    void twoPasswordsAtOnceOrTheAdministratorAmongOthersBlock() {
        Credential old = bench.role();
        assertThat(blocking(look(AccountState.of(old.user(), List.of(old, another(old)), List.of()))))
                .hasSize(1);
        assertThat(blocking(
                        look(change(old, another(old)), change(bench.administrator(), another(bench.administrator())))))
                .hasSize(1);
    }

    @Test
    void somebodyElseWithTheAdministratorsPasswordIsPointedOut() throws Exception {
        Credential administrator = bench.role("LOGIN SUPERUSER");
        try (Connection other = bench.connect(administrator)) {
            assertThat(other.isValid(1)).isTrue();
            assertThat(lookAs(administrator, change(administrator, another(administrator))))
                    .anySatisfy(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNS);
                        assertThat(finding.found()).contains("1 other sessions");
                    });
        }
    }

    @Test
    void aReplicaBlocks() throws Exception {
        try (PostgresBench replica = new PostgresBench(Map.of())) {
            Credential old = replica.role();
            Files.createFile(replica.postgres.folder().resolve("data/standby.signal"));
            replica.postgres.restart();
            try (AccountServer server = replica.open()) {
                assertThat(blocking(server.preflight(List.of(change(old, another(old))))))
                        .extracting(Finding::found)
                        .containsExactly("a replica, which takes no changes");
            }
        }
    }

    @Test
    void md5IsNoted() {
        Credential old = bench.role();
        bench.postgres.execute("ALTER ROLE postgres SET password_encryption = 'md5'");
        try {
            assertThat(look(change(old, another(old)))).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.NOTES);
                assertThat(finding.found()).contains("md5");
            });
        } finally {
            bench.postgres.execute("ALTER ROLE postgres RESET password_encryption");
        }
    }

    @Test
    void aServerThatHidesItsIdentityBlocks() {
        Credential plain = bench.role("LOGIN CREATEROLE");
        bench.postgres.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        try {
            assertThat(blocking(lookAs(plain, change(plain, another(plain)))))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.next())
                            .isEqualTo("GRANT EXECUTE ON FUNCTION pg_control_system() TO \"" + plain.user() + "\""));
        } finally {
            bench.postgres.execute("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC");
        }
    }

    private static List<Finding> look(AccountState... wanted) {
        return lookAs(bench.administrator(), wanted);
    }

    private static List<Finding> lookAs(Credential administrator, AccountState... wanted) {
        try (AccountServer server = bench.open(administrator)) {
            return server.preflight(List.of(wanted));
        }
    }

    private static List<Finding> lookThrough(PostgresBench pooler, AccountState... wanted) {
        try (AccountServer server =
                bench.open(Map.of("endpoints", List.of(pooler.endpoint().toString())), bench.administrator())) {
            return server.preflight(List.of(wanted));
        }
    }

    private static List<Finding> blocking(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Severity.BLOCKS)
                .toList();
    }
}
