package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Login.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link AccountServer} keeps when the network or the server fails under it. */
public abstract class AccountServerFaultContract extends AccountServerRules {
    /** More requests than any adapter needs for one account. */
    private static final int MANY = 500;

    @Test
    void aShutPortIsUnreachable() {
        Credential account = newAccount();
        FaultProxy proxy = proxy();
        proxy.refuse();
        AccountServer server = openAt(proxy.endpoint());
        assertThat(server.login(proxy.endpoint(), account).result()).isEqualTo(Result.UNREACHABLE);
        assertRefuses(Reason.UNAVAILABLE, server::identity);
    }

    @Test
    void aServerThatSaysNothingIsUnreachableWithinItsTime() {
        Credential account = newAccount();
        FaultProxy proxy = proxy();
        proxy.hang();
        AccountServer server = openAt(proxy.endpoint());
        within(
                bench().patience(),
                () -> assertThat(server.login(proxy.endpoint(), account).result())
                        .isEqualTo(Result.UNREACHABLE));
        within(bench().patience(), () -> assertRefuses(Reason.UNAVAILABLE, server::identity));
        within(bench().patience(), server::close);
    }

    @Test
    void aServerThatFallsSilentDoesNotHoldTheAdapter() {
        Credential old = newAccount();
        FaultProxy proxy = proxy();
        AccountServer server = openAt(proxy.endpoint());
        server.identity();
        proxy.hang();
        within(bench().patience(), () -> assertRefuses(Reason.UNAVAILABLE, server::mark));
        within(
                bench().patience(),
                () -> assertRefuses(
                        Reason.UNAVAILABLE, () -> server.ensure(fence(), List.of(change(old, another(old))))));
        within(bench().patience(), server::close);
        assertThat(accepts(old)).isTrue();
    }

    @Test
    void aLoginCutInAnyPlaceIsNeverTakenForARefusal() throws Exception {
        Credential account = newAccount();
        cutEverywhere((proxy, server) -> {
            Result result = server.login(proxy.endpoint(), account).result();
            assertThat(result).isIn(Result.ACCEPTED, Result.UNREACHABLE);
        });
        cutEverywhere((proxy, server) -> {
            Result result = server.login(proxy.endpoint(), another(account)).result();
            assertThat(result).isIn(Result.REFUSED, Result.UNREACHABLE);
        });
    }

    @Test
    void aChangeCutInAnyPlaceIsOldOrNewAndRunAgainIsNew() throws Exception {
        cutEverywhere((proxy, server) -> {
            Credential old = newAccount();
            Credential next = another(old);
            AccountState wanted = change(old, next);
            boolean done = succeeds(() -> server.ensure(fence(), List.of(wanted)));
            assertThat(List.of(accepts(old), accepts(next)))
                    .as("one of the two is accepted")
                    .contains(true);
            if (done) {
                assertThat(accepts(next)).isTrue();
            }
            open().ensure(fence(), List.of(wanted));
            assertThat(accepts(next)).isTrue();
            assertThat(accepts(old)).isFalse();
        });
    }

    @Test
    void theAdministratorsOwnChangeCutInAnyPlaceLocksNobodyOut() throws Exception {
        cutEverywhere(FaultProxy::cutBeforeReply, (proxy, ignored) -> {
            Credential old = newCredential();
            bench().createAdministrator(old);
            Credential next = another(old);
            AccountServer server = open(List.of(proxy.endpoint()), List.of(next, old), "keyturn");
            succeeds(() -> server.ensure(fence(), List.of(change(old, next))));
            AccountServer again = open(List.of(bench().endpoint()), List.of(next, old), "keyturn");
            again.ensure(fence(), List.of(change(old, next)));
            assertThat(accepts(next)).isTrue();
            assertThat(accepts(old)).isFalse();
        });
    }

    @Test
    void severalAccountsCutInAnyPlaceAreAllOldOrNew() throws Exception {
        cutEverywhere(FaultProxy::cutBeforeReply, (proxy, server) -> {
            List<Credential> old = List.of(newAccount(), newAccount());
            List<Credential> next = old.stream().map(this::another).toList();
            List<AccountState> wanted = List.of(change(old.get(0), next.get(0)), change(old.get(1), next.get(1)));
            boolean atomic = open().capabilities(old.get(0).user()).atomicSet();
            succeeds(() -> server.ensure(fence(), wanted));
            if (atomic) {
                assertThat(accepts(next.get(0))).as("all or nothing").isEqualTo(accepts(next.get(1)));
            }
            open().ensure(fence(), wanted);
            assertThat(next).allMatch(this::accepts);
            assertThat(old).noneMatch(this::accepts);
        });
    }

    @Test
    void itReturnsOnlyAfterProofThroughEveryEndpoint() {
        Credential old = newAccount();
        Credential next = another(old);
        FaultProxy pooler = proxy();
        pooler.refuse();
        AccountServer server =
                open(List.of(bench().endpoint(), pooler.endpoint()), List.of(bench().administrator()), "keyturn");
        assertThat(server.endpoints()).containsExactly(bench().endpoint(), pooler.endpoint());
        assertRefuses(Reason.UNAVAILABLE, () -> server.ensure(fence(), List.of(change(old, next))));
        pooler.pass();
        server.ensure(fence(), List.of(change(old, next)));
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(old)).isFalse();
    }

    @Test
    void anAdapterWhoseConnectionWasCutConnectsAgain() {
        FaultProxy proxy = proxy();
        AccountServer server = openAt(proxy.endpoint());
        server.identity();
        proxy.refuse();
        assertRefuses(Reason.UNAVAILABLE, server::mark);
        proxy.pass();
        Credential old = newAccount();
        Credential next = another(old);
        server.ensure(fence(), List.of(change(old, next)));
        assertThat(accepts(next)).isTrue();
    }

    @Test
    void aChangeOutlivesAServerThatIsKilled() {
        Credential old = newAccount();
        Credential next = another(old);
        AccountServer server = open();
        server.ensure(fence(), List.of(change(old, next)));
        bench().killAndRestart();
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(old)).isFalse();
        server.close();
        assertThat(open().login(bench().endpoint(), next).isAccepted()).isTrue();
    }

    @Test
    void closingNeverThrowsWhenTheServerIsGone() {
        FaultProxy proxy = proxy();
        AccountServer server = openAt(proxy.endpoint());
        server.identity();
        proxy.refuse();
        server.close();
        server.close();
    }

    /** Both kinds of cut: the server did not get the request, and it did and its reply was lost. */
    private void cutEverywhere(BiConsumer<FaultProxy, AccountServer> run) throws Exception {
        cutEverywhere(FaultProxy::cutBeforeRequest, run);
        cutEverywhere(FaultProxy::cutBeforeReply, run);
    }

    /**
     * Runs the same thing again and again, cut at the first request, at the second and so on, until it gets through
     * uncut. Each time over a relay of its own, with an adapter that goes through it.
     */
    private void cutEverywhere(ObjIntConsumer<FaultProxy> fault, BiConsumer<FaultProxy, AccountServer> run)
            throws Exception {
        boolean cut = true;
        for (int k = 1; cut; k++) {
            assertThat(k).as("requests of one call").isLessThan(MANY);
            FaultProxy proxy = proxy();
            AccountServer server = openAt(proxy.endpoint());
            fault.accept(proxy, k);
            run.accept(proxy, server);
            cut = proxy.hasCut();
            assertThat(k > 1 || cut).as("the first request is cut").isTrue();
            closeOpened();
        }
    }

    /** Whether it succeeded; the one failure that a cut may bring is UNAVAILABLE. */
    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (AdapterException e) {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.UNAVAILABLE);
            return false;
        }
    }

    private static void within(Duration time, ThrowingCallable call) {
        Instant start = Instant.now();
        try {
            call.call();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(time);
    }
}
