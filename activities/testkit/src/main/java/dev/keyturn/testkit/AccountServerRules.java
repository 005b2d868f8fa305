package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Capabilities.Change;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.SecretValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the three contracts of an account server share: accounts of their own, and ears for what the adapter says. */
abstract class AccountServerRules {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Overhearing overhearing;

    /** The server to test against; the same one at every call. */
    protected abstract AccountServerBench bench();

    @BeforeEach
    void listen() {
        overhearing = new Overhearing();
    }

    @AfterEach
    void closeAndSearchWhatWasSaid() throws Exception {
        closeOpened();
        overhearing.finish();
    }

    /** For a test of many rounds: each leaves the server the sessions that it took. */
    final void closeOpened() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    /** A fence of a store that no other test has. */
    final TestFence fence() {
        return new TestFence(UUID.randomUUID().toString(), 1);
    }

    final SecretValue newPassword() {
        return overhearing.secret(SecretValue.of(UUID.randomUUID().toString().replace("-", "")));
    }

    final SecretValue password(String text) {
        return overhearing.secret(SecretValue.of(text));
    }

    final Principal newName() {
        return newName("account");
    }

    final Principal newName(String beginning) {
        return new Principal(beginning + "_" + UUID.randomUUID().toString().substring(0, 8));
    }

    final Credential newCredential() {
        return new Credential(newName(), newPassword());
    }

    /** An account that exists and logs in with what is returned. */
    final Credential newAccount() {
        Credential credential = newCredential();
        bench().createAccount(credential, true);
        return credential;
    }

    /** An account that takes anything, with what it was never given; the test is skipped where there can be none. */
    final Credential openAccount() {
        Principal who = newName();
        assumeTrue(bench().createOpenAccount(who), "this server has no account that takes anything");
        return new Credential(who, newPassword());
    }

    final Credential another(Credential credential) {
        return new Credential(credential.user(), newPassword());
    }

    /** The adapter with the server's own address and administrator. */
    final AccountServer open() {
        return open(List.of(bench().endpoint()), List.of(bench().administrator()), "keyturn");
    }

    final AccountServer openAt(Endpoint endpoint) {
        return open(List.of(endpoint), List.of(bench().administrator()), "keyturn");
    }

    final AccountServer open(List<Endpoint> endpoints, List<Credential> administrator, String sessionName) {
        administrator.forEach(c -> overhearing.secret(c.password()));
        return closing(overhearing.listenTo(AccountServer.class, bench().open(endpoints, administrator, sessionName)));
    }

    final FaultProxy proxy() {
        return closing(FaultProxy.to(bench().endpoint()));
    }

    final AccountServerBench.Session session(Credential credential, String sessionName) {
        return closing(bench().connect(credential, sessionName).orElseThrow());
    }

    final <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    final boolean accepts(Credential credential) {
        return bench().accepts(credential.user(), credential.password());
    }

    static AccountState change(Credential from, Credential to) {
        return AccountState.of(to.user(), List.of(to), List.of(from));
    }

    static boolean overlaps(AccountServer server, Principal who) {
        return server.capabilities(who).change() == Change.OVERLAP;
    }

    static void assertRefuses(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    static List<Finding> blocking(List<Finding> findings) {
        return findings.stream()
                .filter(f -> f.severity() == Finding.Severity.BLOCKS)
                .toList();
    }
}
