package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Login.Result;
import dev.keyturn.spi.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link AccountServer} keeps when nothing goes wrong around it: what {@code ensure} and {@code preflight} do.
 * An adapter's tests extend all four: {@link AccountServerLoginContract}, {@link AccountServerSessionContract} and {@link
 * AccountServerFaultContract} besides this one.
 */
public abstract class AccountServerContract extends AccountServerRules {

    @Test
    void theNewPasswordIsAcceptedAndTheOldOneRefusedAfterwards() {
        Credential old = newAccount();
        Credential next = another(old);
        List<Applied> applied = open().ensure(fence(), List.of(change(old, next)));
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(old)).isFalse();
        assertThat(applied).singleElement().satisfies(a -> {
            assertThat(a.who()).isEqualTo(old.user());
            assertThat(a.changed()).isTrue();
        });
    }

    @Test
    void runAgainNothingIsSentAndTheVerifierStaysTheSame() {
        Credential old = newAccount();
        AccountState wanted = change(old, another(old));
        AccountServer server = open();
        server.ensure(fence(), List.of(wanted));
        String stored = bench().stored(old.user());
        assertThat(server.ensure(fence(), List.of(wanted))).noneMatch(Applied::changed);
        assertThat(open().ensure(fence(), List.of(wanted))).noneMatch(Applied::changed);
        assertThat(bench().stored(old.user())).isEqualTo(stored);
    }

    @Test
    void theWayBackIsTheSameCallWithTheArgumentsExchanged() {
        Credential old = newAccount();
        Credential next = another(old);
        AccountServer server = open();
        server.ensure(fence(), List.of(change(old, next)));
        server.ensure(fence(), List.of(change(next, old)));
        assertThat(accepts(old)).isTrue();
        assertThat(accepts(next)).isFalse();
    }

    @Test
    void severalAccountsAreChangedInOneCall() {
        List<Credential> old = Stream.generate(this::newAccount).limit(20).toList();
        List<Credential> next = old.stream().map(this::another).toList();
        List<Applied> applied = open().ensure(fence(), changes(old, next));
        assertThat(applied).extracting(Applied::who).containsExactlyElementsOf(principals(old));
        assertThat(next).allMatch(this::accepts);
        assertThat(old).noneMatch(this::accepts);
    }

    @Test
    void aCallThatFindsSomeAccountsDoneDoesTheOthers() {
        List<Credential> old = List.of(newAccount(), newAccount());
        List<Credential> next = old.stream().map(this::another).toList();
        AccountServer server = open();
        server.ensure(fence(), List.of(change(old.get(0), next.get(0))));
        assertThat(server.ensure(fence(), changes(old, next)))
                .extracting(Applied::changed)
                .containsExactly(false, true);
        assertThat(next).allMatch(this::accepts);
    }

    @Test
    void oddNamesAreQuoted() {
        for (String name : bench().oddNames()) {
            Credential old = new Credential(newName(name), newPassword());
            bench().createAccount(old, true);
            Credential next = another(old);
            AccountServer server = open();
            assertThat(blocking(server.preflight(List.of(change(old, next))))).isEmpty();
            server.ensure(fence(), List.of(change(old, next)));
            assertThat(accepts(next)).as(name).isTrue();
            assertThat(accepts(old)).as(name).isFalse();
            assertThat(server.login(bench().endpoint(), next).isAccepted())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void anOddPasswordWorksOrIsRefusedBeforeAnyWrite() {
        for (String odd : List.of(
                "with 'quotes' and \"more\"",
                "back\\slash\\\\twice",
                "a/b@c:d?e#f&g=%41",
                " spaces around ",
                "$HOME `id` ;--",
                "Zürich-東京-key",
                "no\u00a0break\u00a0spaces",
                "decomposed-e\u0301-accents",
                "#deadbeefdeadbeef",
                ">greater>than<less",
                "md5d41d8cd98f00b204e9800998ecf8427e",
                "line\nbreak\tand-tab")) {
            Credential old = newAccount();
            Credential next = new Credential(old.user(), password(odd));
            String stored = bench().stored(old.user());
            try {
                open().ensure(fence(), List.of(change(old, next)));
                assertThat(accepts(next)).as(odd).isTrue();
                assertThat(accepts(old)).as(odd).isFalse();
            } catch (AdapterException e) {
                assertThat(e.reason()).as(odd + ": " + e.getMessage()).isEqualTo(Reason.VALUE_REJECTED);
                assertThat(bench().stored(old.user())).as(odd).isEqualTo(stored);
            }
        }
    }

    @Test
    void driftWritesNothingToThisAccountOrTheOthers() {
        Credential known = newAccount();
        Credential edited = newAccount();
        Credential last = newAccount();
        List<Credential> all = List.of(known, edited, last);
        List<String> stored = stored(all);
        AccountState drift = change(another(edited), another(edited));
        assertRefuses(
                Reason.DRIFT,
                () -> open().ensure(
                                fence(), List.of(change(known, another(known)), drift, change(last, another(last)))));
        assertThat(stored(all)).isEqualTo(stored);
        assertThat(all).allMatch(this::accepts);
    }

    @Test
    void driftNamesTheAccount() {
        Credential edited = newAccount();
        AccountServer server = open();
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> server.ensure(fence(), List.of(change(another(edited), another(edited)))))
                .withMessageContaining(edited.user().name());
    }

    @Test
    void aForcedCallGoesOverDrift() {
        Credential edited = newAccount();
        Credential next = another(edited);
        open().ensure(fence(), List.of(new AccountState(edited.user(), List.of(next), List.of(), true, true)));
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(edited)).isFalse();
    }

    @Test
    void anEndedFenceStopsBeforeAnyWrite() {
        Credential old = newAccount();
        String stored = bench().stored(old.user());
        TestFence fence = fence();
        fence.end();
        assertRefuses(Reason.FENCED, () -> open().ensure(fence, List.of(change(old, another(old)))));
        assertThat(bench().stored(old.user())).isEqualTo(stored);
        assertThat(accepts(old)).isTrue();
    }

    @Test
    void aRoleThatNeverLogsInGetsItsPasswordAllTheSame() {
        Credential old = newCredential();
        bench().createAccount(old, false);
        Credential next = another(old);
        AccountState wanted = new AccountState(old.user(), List.of(next), List.of(old), false, false);
        AccountServer server = open();
        assertThat(blocking(server.preflight(List.of(wanted)))).isEmpty();
        server.ensure(fence(), List.of(wanted));
        assertThat(accepts(next)).isFalse();
        assertThat(server.login(bench().endpoint(), next).result()).isEqualTo(Result.REFUSED);
        String stored = bench().stored(old.user());
        assertThat(server.ensure(fence(), List.of(wanted))).noneMatch(Applied::changed);
        assertThat(bench().stored(old.user())).isEqualTo(stored);
        bench().allowLogin(old.user());
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(old)).isFalse();
    }

    @Test
    void anAccountThatMustLogInAndCannotBlocks() {
        Credential old = newCredential();
        bench().createAccount(old, false);
        assertBlocks(change(old, another(old)));
    }

    @Test
    void preflightFindsNothingToBlockWhereAllIsWell() {
        Credential old = newAccount();
        assertThat(blocking(open().preflight(List.of(change(old, another(old))))))
                .isEmpty();
    }

    @Test
    void preflightChangesNothing() {
        Credential old = newAccount();
        String stored = bench().stored(old.user());
        open().preflight(List.of(change(old, another(old)), change(another(old), another(old))));
        assertThat(bench().stored(old.user())).isEqualTo(stored);
    }

    @Test
    void anUnknownAccountBlocksAndIsNeverCreated() {
        Credential unknown = newCredential();
        assertBlocks(change(unknown, another(unknown)));
        AccountState forced = new AccountState(unknown.user(), List.of(another(unknown)), List.of(unknown), true, true);
        for (AccountState wanted : List.of(change(unknown, another(unknown)), forced)) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> open().ensure(fence(), List.of(wanted)))
                    .withMessageContaining(unknown.user().name());
        }
        assertThat(bench().stored(unknown.user())).isEmpty();
    }

    @Test
    void anAccountThatTakesAnythingBlocksAndIsNotWritten() {
        Credential account = openAccount();
        String stored = bench().stored(account.user());
        AccountState wanted = change(account, another(account));
        assertBlocks(wanted);
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> open().ensure(fence(), List.of(wanted)))
                .withMessageContaining(account.user().name());
        assertThat(bench().stored(account.user())).isEqualTo(stored);
    }

    @Test
    void withOverlapBothAreAcceptedUntilNarrowed() {
        Credential old = newAccount();
        Credential next = another(old);
        AccountServer server = open();
        assumeTrue(overlaps(server, old.user()), "this server cannot overlap");
        AccountState widened = AccountState.of(old.user(), List.of(next, old), List.of());
        server.ensure(fence(), List.of(widened));
        assertThat(accepts(old)).isTrue();
        assertThat(accepts(next)).isTrue();
        assertThat(server.ensure(fence(), List.of(widened))).noneMatch(Applied::changed);
        server.ensure(fence(), List.of(change(old, next)));
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(old)).isFalse();
    }

    @Test
    void withoutOverlapTwoAtOnceAreRefusedBeforeAnyWrite() {
        Credential old = newAccount();
        AccountServer server = open();
        assumeFalse(overlaps(server, old.user()), "this server can overlap");
        AccountState both = AccountState.of(old.user(), List.of(another(old), old), List.of());
        assertRefuses(Reason.CONFIGURATION, () -> server.ensure(fence(), List.of(both)));
        assertThat(accepts(old)).isTrue();
    }

    @Test
    void anAccountAcceptsAgainWhatWasTakenFromIt() {
        Credential first = newAccount();
        Credential second = another(first);
        AccountServer server = open();
        for (int round = 0; round < 3; round++) {
            server.ensure(fence(), List.of(change(first, second)));
            server.ensure(fence(), List.of(change(second, first)));
        }
        assertThat(accepts(first)).isTrue();
        assertThat(accepts(second)).isFalse();
    }

    private void assertBlocks(AccountState wanted) {
        assertThat(blocking(open().preflight(List.of(wanted))))
                .as("findings that block")
                .anySatisfy(f ->
                        assertThat(f.object() + f.found()).contains(wanted.who().name()));
    }

    private List<String> stored(List<Credential> accounts) {
        return accounts.stream().map(a -> bench().stored(a.user())).toList();
    }

    private static List<AccountState> changes(List<Credential> from, List<Credential> to) {
        List<AccountState> changes = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            changes.add(change(from.get(i), to.get(i)));
        }
        return changes;
    }

    private static List<Principal> principals(List<Credential> credentials) {
        return credentials.stream().map(Credential::user).toList();
    }
}
