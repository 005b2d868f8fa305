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
import dev.keyturn.spi.Finding.Severity;
import dev.keyturn.spi.Login.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way back in when the administrator's password is lost, and what it must not become. */
class PostgresSocketTest {
    private static final String ADMINISTRATOR = "lost \"admin\"";
    private static final String NOT_LET_IN = "not let in";

    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        bench = new PostgresBench(Map.of("max_connections", "60"));
        bench.postgres.authenticatePeers(ADMINISTRATOR);
        bench.createAdministrator(unknown(ADMINISTRATOR));
        bench.createAdministrator(unknown(NOT_LET_IN));
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @Test
    void theLostPasswordOfTheAdministratorIsReplacedAndTheNewOneProvenOverTcp() {
        Credential store = unknown(ADMINISTRATOR);
        Credential next = another(store);
        try (AccountServer server = bench.open(bench.socket(), next, store)) {
            List<Applied> applied = server.ensure(fence(), List.of(forced(next, store)));
            assertThat(applied).singleElement().satisfies(a -> {
                assertThat(a.changed()).isTrue();
                assertThat(a.detail()).contains("over the socket " + file());
            });
            assertThat(server.login(bench.endpoint(), next).result()).isEqualTo(Result.ACCEPTED);
        }
        assertThat(bench.accepts(next)).isTrue();
        assertThat(bench.accepts(store)).isFalse();
        try (AccountServer server = bench.open(bench.socket(), next)) {
            assertThat(server.ensure(fence(), List.of(forced(next, store)))).noneMatch(Applied::changed);
            assertThat(server.preflight(List.of(change(next, next)))).isEmpty();
        }
    }

    @Test
    void whatNobodyRecognisesIsDriftOverTheSocketToo() {
        Credential store = unknown(ADMINISTRATOR);
        String before = bench.stored(store.user());
        try (AccountServer server = bench.open(bench.socket(), store)) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.ensure(fence(), List.of(change(store, another(store)))))
                    .withMessageContaining("nothing was changed")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DRIFT));
        }
        assertThat(bench.stored(store.user())).isEqualTo(before);
    }

    @Test
    void theOtherAccountsAreStillLookedAtAndNothingIsBegun() {
        Credential old = bench.role();
        try (AccountServer server = bench.open(bench.socket(), unknown(ADMINISTRATOR))) {
            assertThat(server.preflight(List.of(change(old, another(old)))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.BLOCKS);
                        assertThat(finding.object()).contains(ADMINISTRATOR);
                        assertThat(finding.found()).contains("the way in is over the socket " + file());
                        assertThat(finding.next()).contains("keyturn setup --force --only");
                    });
        }
    }

    @Test
    void theOperatorsWordLiftsTheBlockAndLeavesAWarning() {
        Credential store = unknown(ADMINISTRATOR);
        try (AccountServer server = bench.open(bench.socket(), store)) {
            assertThat(server.preflight(List.of(forced(store, store))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNS);
                        assertThat(finding.found()).contains("the way in is over the socket " + file());
                    });
        }
    }

    @Test
    void withoutTheSettingTheRefusalSaysThatThereIsOne() {
        try (AccountServer server = bench.open(unknown(ADMINISTRATOR))) {
            refused(server)
                    .withMessageContaining("(SQLSTATE 28P01)")
                    .withMessageContaining("a way back in is the setting socket")
                    .withMessageContaining(System.getProperty("user.name"));
        }
    }

    @Test
    void aLoginIsNeverTriedOverTheSocket() {
        Credential wrong = unknown(ADMINISTRATOR);
        // In the file that the adapter may use the server trusts everybody, as the socket of many a container does.
        try (PostgresBench trusting = new PostgresBench(Map.of())) {
            Credential administrator = trusting.administrator();
            try (AccountServer server = trusting.open(trusting.socket(), another(administrator))) {
                assertThat(server.identity().id()).isNotEmpty();
                assertThat(server.login(trusting.endpoint(), another(administrator))
                                .result())
                        .isEqualTo(Result.REFUSED);
                assertThat(server.login(trusting.endpoint(), administrator).result())
                        .isEqualTo(Result.ACCEPTED);
            }
        }
        try (AccountServer server = bench.open(bench.socket(), wrong)) {
            assertThat(server.login(bench.endpoint(), wrong).result()).isEqualTo(Result.REFUSED);
        }
    }

    @Test
    void theSocketIsNotUsedWhileAPasswordIsAccepted() {
        Credential administrator = bench.role("LOGIN SUPERUSER");
        try (AccountServer server = bench.open(bench.socket(), another(administrator), administrator)) {
            assertThat(server.identity().id()).isNotEmpty();
            assertThat(overSocket("usename = '" + administrator.user() + "'")).isEqualTo("false");
        }
        try (AccountServer server = bench.open(bench.socket(), unknown(ADMINISTRATOR))) {
            assertThat(server.identity().id()).isNotEmpty();
            assertThat(overSocket("usename LIKE 'lost%'")).isEqualTo("true");
        }
    }

    @Test
    void theSocketIsNotUsedWhereAPasswordIsNotEvenLookedAt() {
        try (PostgresBench shut = new PostgresBench(Map.of())) {
            shut.createAdministrator(unknown(NOT_LET_IN));
            shut.postgres.authenticateBy("local all all trust", "host all \"" + NOT_LET_IN + "\" all reject");
            try (AccountServer server = shut.open(shut.socket(), unknown(NOT_LET_IN))) {
                refused(server).withMessageContaining("(SQLSTATE 28000)");
            }
        }
    }

    @Test
    void theServerIsTheSameOverTheSocket() {
        try (AccountServer overTcp = bench.open();
                AccountServer overSocket = bench.open(bench.socket(), unknown(ADMINISTRATOR))) {
            assertThat(overSocket.identity()).isEqualTo(overTcp.identity());
        }
    }

    @Test
    void aSessionOverTheSocketBearsTheHoldersNameAndALaterHolderEndsIt() {
        Fence first = fence();
        Fence second = new PostgresBench.Epoch(((PostgresBench.Epoch) first).store(), 2, false);
        Credential store = unknown(ADMINISTRATOR);
        try (AccountServer late = bench.open(bench.socket(), store);
                AccountServer holder = bench.open(bench.socket(), store)) {
            assertThat(late.endOlderSessions(first)).isZero();
            assertThat(sessionsNamed(first)).isEqualTo(1);
            assertThat(holder.endOlderSessions(second)).isEqualTo(1);
            assertThat(sessionsNamed(first)).isZero();
        }
    }

    @Test
    void aHolderThatIsOverWritesNothingOverTheSocket() {
        Credential store = unknown(ADMINISTRATOR);
        String before = bench.stored(store.user());
        Fence over = new PostgresBench.Epoch("store", 1, true);
        try (AccountServer server = bench.open(bench.socket(), store)) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.ensure(over, List.of(forced(another(store), store))))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));
        }
        assertThat(bench.stored(store.user())).isEqualTo(before);
    }

    @Test
    void aServerThatFallsSilentDoesNotHoldASessionOverTheSocket() {
        try (AccountServer server = bench.open(bench.socket(), unknown(ADMINISTRATOR))) {
            server.identity();
            bench.postgres.suspend();
            try {
                long began = System.nanoTime();
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(server::mark)
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
            } finally {
                bench.postgres.resume();
            }
            assertThat(server.mark()).isNotNull();
        }
    }

    @Test
    void aMissingFileIsNamedAndPreflightWarnsOfItWhileThePasswordStillWorks(@TempDir Path elsewhere) {
        Map<String, Object> missing = Map.of("socket", elsewhere);
        Path file = elsewhere.resolve(".s.PGSQL." + bench.postgres.port());
        try (AccountServer server = bench.open(missing, unknown(ADMINISTRATOR))) {
            refused(server)
                    .withMessageContaining(file + ": there is no such file (SQLSTATE 08001)")
                    .withMessageContaining("operating system's user " + System.getProperty("user.name"));
        }
        Credential old = bench.role();
        try (AccountServer server = bench.open(missing, bench.administrator())) {
            assertThat(server.preflight(List.of(change(old, another(old)))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNS);
                        assertThat(finding.found()).isEqualTo("there is no socket " + file);
                    });
        }
    }

    @Test
    void aFileBehindWhichNobodyAnswersIsNamed(@TempDir Path elsewhere) throws IOException {
        Path file = Files.createFile(elsewhere.resolve(file().getFileName()));
        try (AccountServer server = bench.open(Map.of("socket", elsewhere), unknown(ADMINISTRATOR))) {
            refused(server).withMessageContaining(file + ": nobody answers there");
        }
    }

    @Test
    void aUserWhomTheServerDoesNotLetInIsNamedWithTheServersAnswer() {
        try (AccountServer server = bench.open(bench.socket(), unknown(NOT_LET_IN))) {
            refused(server)
                    .withMessageContaining(file() + ": peer authentication or pg_hba.conf does not let this user in")
                    .withMessageContaining("(SQLSTATE 28000)")
                    .withMessageContaining("operating system's user " + System.getProperty("user.name"))
                    .withMessageContaining("lets in there as " + NOT_LET_IN + " by peer authentication");
        }
    }

    @Test
    void aSocketThatWantsAPasswordIsNamedAndGetsNone() {
        try (PostgresBench strict = new PostgresBench(Map.of())) {
            strict.postgres.authenticateBy("local all all scram-sha-256", "host all all all scram-sha-256");
            try (AccountServer server = strict.open(strict.socket(), another(strict.administrator()))) {
                refused(server).withMessageContaining("the server wants a password there (SQLSTATE 08004)");
            }
        }
    }

    @Test
    void theSocketOfAnotherServerIsNotTaken(@TempDir Path elsewhere) throws IOException {
        try (PostgresBench other = new PostgresBench(Map.of())) {
            Files.createSymbolicLink(
                    elsewhere.resolve(file().getFileName()),
                    other.postgres.folder().resolve(".s.PGSQL." + other.postgres.port()));
            Credential store = unknown("postgres");
            try (AccountServer server = bench.open(Map.of("socket", elsewhere), store)) {
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(() -> server.ensure(fence(), List.of(forced(another(store), store))))
                        .withMessageContaining("listens on port " + other.postgres.port() + " of 127.0.0.1")
                        .withMessageContaining("nothing was changed")
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            }
            assertThat(other.accepts(other.administrator())).isTrue();
        }
    }

    @Test
    void aServerIsTakenForTheOneAtAnAddressIfItListensThere() {
        assertThat(SocketOwner.listensOn("*", "127.0.0.1")).isTrue();
        assertThat(SocketOwner.listensOn("::, 0.0.0.0", "192.0.2.1")).isTrue();
        assertThat(SocketOwner.listensOn("localhost", "127.0.0.1")).isTrue();
        assertThat(SocketOwner.listensOn("192.0.2.1, 127.0.0.1", "localhost")).isTrue();
        assertThat(SocketOwner.listensOn("127.0.0.2", "127.0.0.1")).isFalse();
        assertThat(SocketOwner.listensOn("localhost", "192.0.2.1")).isFalse();
        assertThat(SocketOwner.listensOn("", "127.0.0.1")).isFalse();
    }

    /** Another password for it than the one that it has, which nobody knows any more. */
    private static Credential unknown(String administrator) {
        return another(Credential.of(administrator, "anything"));
    }

    private static AccountState forced(Credential next, Credential store) {
        return new AccountState(next.user(), List.of(next), List.of(store), true, true);
    }

    private static ThrowableAssertAlternative<AdapterException> refused(AccountServer server) {
        return assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(server::identity)
                .withNoCause()
                .withMessageContaining("none of the 1 passwords known for the administrator")
                .withMessageContaining("nothing was changed")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
    }

    private static Path file() {
        return bench.postgres.folder().resolve(".s.PGSQL." + bench.postgres.port());
    }

    private static String overSocket(String which) {
        return bench.text("SELECT (client_port = -1)::text FROM pg_stat_activity WHERE " + which);
    }

    private static int sessionsNamed(Fence fence) {
        return Integer.parseInt(bench.text(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + fence.sessionName() + "'"));
    }
}
