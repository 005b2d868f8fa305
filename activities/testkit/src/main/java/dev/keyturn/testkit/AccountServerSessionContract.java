package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Mark;
import dev.keyturn.testkit.AccountServerBench.Session;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link AccountServer} keeps about sessions: whose it ends, and whose never. */
public abstract class AccountServerSessionContract extends AccountServerRules {
    @Test
    void drainEndsOlderSessionsAndLeavesNewerOnes() {
        Credential account = newAccount();
        AccountServer server = open();
        Session older = session(account, "");
        Mark between = server.mark();
        Session newer = session(account, "");
        Evidence evidence = server.drain(fence(), account.user(), between);
        assertThat(evidence).isInstanceOf(Evidence.Proven.class);
        assertThat(older.isAlive()).isFalse();
        assertThat(newer.isAlive()).isTrue();
    }

    @Test
    void drainEndsManySessions() {
        Credential account = newAccount();
        AccountServer server = open();
        List<Session> older =
                Stream.generate(() -> session(account, "")).limit(15).toList();
        assertThat(server.drain(fence(), account.user(), server.mark())).isInstanceOf(Evidence.Proven.class);
        assertThat(older).noneMatch(Session::isAlive);
    }

    @Test
    void drainLeavesTheSessionsOfOtherAccounts() {
        Credential account = newAccount();
        Credential other = newAccount();
        AccountServer server = open();
        Session session = session(other, "");
        server.drain(fence(), account.user(), server.mark());
        assertThat(session.isAlive()).isTrue();
    }

    @Test
    void aNameOfKeyturnsProtectsNoSessionOfAnotherAccount() {
        Credential account = newAccount();
        TestFence fence = fence();
        AccountServer server = open();
        List<Session> named = Stream.of(fence.sessionName(), fence.sessionPrefix() + 0, "keyturn", "keyturn/x/1")
                .map(name -> session(account, name))
                .toList();
        assertThat(server.drain(fence, account.user(), server.mark())).isInstanceOf(Evidence.Proven.class);
        assertThat(named).noneMatch(Session::isAlive);
    }

    @Test
    void drainLeavesTheAdministratorsSessionsThatBearKeyturnsNamesAndCallsThemNoEvidence() {
        Credential administrator = newCredential();
        bench().createAdministrator(administrator);
        TestFence fence = fence();
        AccountServer server = open(List.of(bench().endpoint()), List.of(administrator), fence.sessionName());
        Session own = session(administrator, fence.sessionName());
        Session look = session(administrator, "keyturn");
        Session foreign = session(administrator, "psql");
        Session stranger = session(administrator, "keyturn/somebody-elses/1");
        Mark now = server.mark();
        assertThat(server.drain(fence, administrator.user(), now))
                .isInstanceOfSatisfying(
                        Evidence.Unprovable.class,
                        unprovable -> assertThat(unprovable.why()).contains("2 "));
        assertThat(List.of(own, look)).allMatch(Session::isAlive);
        assertThat(List.of(foreign, stranger)).noneMatch(Session::isAlive);
        own.close();
        look.close();
        assertThat(server.drain(fence, administrator.user(), now)).isInstanceOf(Evidence.Proven.class);
    }

    @Test
    void drainWithNobodyThereIsProvenToo() {
        Credential account = newAccount();
        AccountServer server = open();
        assertThat(server.drain(fence(), account.user(), server.mark())).isInstanceOf(Evidence.Proven.class);
    }

    @Test
    void anEndedFenceEndsNoSession() {
        Credential account = newAccount();
        AccountServer server = open();
        Session session = session(account, "");
        TestFence fence = fence();
        Session earlier = session(bench().administrator(), fence.sessionPrefix() + 0);
        fence.end();
        Mark now = server.mark();
        assertRefuses(Reason.FENCED, () -> server.drain(fence, account.user(), now));
        assertRefuses(Reason.FENCED, () -> server.endOlderSessions(fence));
        assertThat(session.isAlive()).isTrue();
        assertThat(earlier.isAlive()).isTrue();
    }

    @Test
    void aHolderEndsTheSessionsOfLowerEpochsAndOfItsEarlierTriesOfItsOwnStoreOnly() {
        String store = UUID.randomUUID().toString();
        String longer = store + "0";
        TestFence holder = new TestFence(store, 10);
        Session first = session(bench().administrator(), "keyturn/" + store + "/1");
        Session ninth = session(bench().administrator(), "keyturn/" + store + "/9");
        Session same = session(bench().administrator(), "keyturn/" + store + "/10");
        Session later = session(bench().administrator(), "keyturn/" + store + "/11");
        Session much = session(bench().administrator(), "keyturn/" + store + "/100");
        Session stranger = session(bench().administrator(), "keyturn/" + longer + "/1");
        Session look = session(bench().administrator(), "keyturn");
        Session odd = session(bench().administrator(), "keyturn/" + store + "/x");
        AccountServer server =
                open(List.of(bench().endpoint()), List.of(bench().administrator()), holder.sessionName());
        assertThat(server.endOlderSessions(holder)).isEqualTo(3);
        assertThat(List.of(first, ninth, same)).noneMatch(Session::isAlive);
        assertThat(List.of(later, much, stranger, look, odd)).allMatch(Session::isAlive);
        assertThat(server.endOlderSessions(holder)).isZero();
    }

    @Test
    void anAdaptersSessionBearsTheNameThatMakesItEndable() {
        Credential old = newAccount();
        Credential next = another(old);
        TestFence late = new TestFence(UUID.randomUUID().toString(), 1);
        AccountServer sleeper = open(List.of(bench().endpoint()), List.of(bench().administrator()), late.sessionName());
        int[] ended = {0};
        late.afterNextCheck(() -> {
            late.end();
            Fence newer = new TestFence(late.store(), 2);
            try (AccountServer holder =
                    open(List.of(bench().endpoint()), List.of(bench().administrator()), newer.sessionName())) {
                ended[0] = holder.endOlderSessions(newer);
            }
        });
        assertThatExceptionOfType(AdapterException.class)
                .as("a late writer that passed its last check before it fell asleep")
                .isThrownBy(() -> sleeper.ensure(late, List.of(change(old, next))))
                .satisfies(e -> assertThat(e.reason()).isIn(Reason.UNAVAILABLE, Reason.FENCED));
        assertThat(ended[0])
                .as("sessions that the late writer had opened before it checked")
                .isPositive();
        assertThat(accepts(old)).isTrue();
        assertThat(accepts(next)).isFalse();
    }

    @Test
    void aMarkHoldsForTheProcessThatComesLater() {
        Credential account = newAccount();
        Session older = session(account, "");
        Mark mark;
        try (AccountServer first =
                bench().open(List.of(bench().endpoint()), List.of(bench().administrator()), "keyturn")) {
            mark = first.mark();
        }
        Session newer = session(account, "");
        assertThat(open().drain(fence(), account.user(), new Mark(mark.text()))).isInstanceOf(Evidence.Proven.class);
        assertThat(older.isAlive()).isFalse();
        assertThat(newer.isAlive()).isTrue();
    }

    @Test
    void aMarkOfAnotherKindOfServerEndsNoSession() {
        Credential account = newAccount();
        Session session = session(account, "");
        AccountServer server = open();
        assertRefuses(
                Reason.CONFIGURATION,
                () -> server.drain(fence(), account.user(), new Mark("a mark of no server that there is")));
        assertThat(session.isAlive()).isTrue();
    }
}
