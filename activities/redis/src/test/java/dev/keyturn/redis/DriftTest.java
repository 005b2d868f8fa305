package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Principal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is not known is never overwritten, unless it is forced. */
class DriftTest {
    private static final Credential STRANGER = Credential.of("app", "set by somebody else");

    private final Setup setup = new Setup(Persistence.ACL_FILE);

    @AfterEach
    void close() {
        setup.close();
    }

    @Test
    void anUnknownPasswordBesideAKnownOneIsDrift() {
        setup.send("ACL", "SETUSER", "app", ">" + STRANGER.password().reveal());
        refusesWithoutAChange(Reason.DRIFT, setup.narrowed(), "1 of its 2 passwords is not known");
        refusesWithoutAChange(Reason.DRIFT, setup.widened(), "1 of its 2 passwords is not known");
        assertThat(setup.accepts(STRANGER)).isTrue();
    }

    @Test
    void noKnownPasswordIsDrift() {
        setup.send(
                "ACL", "SETUSER", "app", "resetpass", ">" + STRANGER.password().reveal());
        refusesWithoutAChange(Reason.DRIFT, setup.narrowed(), "none of its 1 passwords is known");
    }

    @Test
    void aUserWithoutAnyPasswordIsDrift() {
        setup.send("ACL", "SETUSER", "app", "resetpass");
        refusesWithoutAChange(Reason.DRIFT, setup.narrowed(), "none of its 0 passwords is known");
    }

    @Test
    void aUserThatWasTurnedOffIsDrift() {
        setup.send("ACL", "SETUSER", "app", "off");
        refusesWithoutAChange(Reason.DRIFT, setup.narrowed(), "it is off");
    }

    @Test
    void aUserThatMustNotLogInAndMayIsDrift() {
        refusesWithoutAChange(
                Reason.DRIFT,
                new AccountState(setup.old.user(), List.of(setup.next), List.of(setup.old), false, false),
                "may log in");
    }

    @Test
    void aUserThatTakesAnythingIsRefused() {
        setup.send("ACL", "SETUSER", "app", "nopass");
        refusesWithoutAChange(Reason.CONFIGURATION, setup.narrowed(), "any password is accepted");
    }

    @Test
    void aCredentialOfAnotherUserIsRefused() {
        Credential twin = Credential.of("app_b", "twin");
        refusesWithoutAChange(
                Reason.CONFIGURATION,
                AccountState.of(setup.old.user(), List.of(twin), List.of(setup.old)),
                "credential of another user");
    }

    @Test
    void anEmptyPasswordIsRejected() {
        refusesWithoutAChange(
                Reason.VALUE_REJECTED,
                AccountState.of(setup.old.user(), List.of(Credential.of("app", "")), List.of(setup.old)),
                "empty password");
    }

    @Test
    void everyAccountInDriftIsNamed() {
        for (String name : List.of("first", "second")) {
            setup.send("ACL", "SETUSER", name, "on", ">" + STRANGER.password().reveal());
        }
        List<AccountState> wanted = List.of("first", "second").stream()
                .map(name -> AccountState.of(new Principal(name), List.of(Credential.of(name, "new")), List.of()))
                .toList();
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> setup.server.ensure(setup.fence, wanted))
                .withMessageContainingAll("account first on redis", "account second on redis", "Nothing was changed");
    }

    @Test
    void whatWasAddedAtTheSameTimeIsFoundAndStays() {
        setup.ensure(setup.widened());
        setup.fence.afterNextCheck(() -> setup.fence.afterNextCheck(() ->
                setup.send("ACL", "SETUSER", "app", ">" + STRANGER.password().reveal())));
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> setup.ensure(setup.narrowed()))
                .withMessageContaining("somebody else")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DRIFT));
        assertThat(setup.accepts(STRANGER)).isTrue();
        assertThat(setup.accepts(setup.next)).isTrue();
    }

    @Test
    void whatWasRemovedAtTheSameTimeStopsTheWholeMove() {
        Credential older = Credential.of("app", "older value");
        setup.send("ACL", "SETUSER", "app", ">" + older.password().reveal());
        setup.ensure(AccountState.of(setup.old.user(), List.of(setup.next, setup.old, older), List.of()));
        AccountState narrowed = AccountState.of(setup.old.user(), List.of(setup.next), List.of(setup.old, older));
        setup.fence.afterNextCheck(() -> setup.fence.afterNextCheck(
                () -> setup.send("ACL", "SETUSER", "app", "<" + older.password().reveal())));
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> setup.ensure(narrowed))
                .withMessageContaining("somebody else")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        assertThat(setup.accepts(setup.old)).isTrue();
        setup.ensure(narrowed);
        assertThat(setup.accepts(setup.old)).isFalse();
        assertThat(setup.accepts(setup.next)).isTrue();
    }

    @Test
    void forcedItEndsWithWhatIsWantedWhateverWasThere() {
        for (String[] found : new String[][] {
            {"resetpass", ">" + STRANGER.password().reveal(), ">another"}, {"nopass"}, {"off"}, {"resetpass"}
        }) {
            setup.send("ACL", "SETUSER", "app", "on");
            for (String rule : found) {
                setup.send("ACL", "SETUSER", "app", rule);
            }
            List<Applied> applied = setup.server.ensure(
                    setup.fence,
                    List.of(new AccountState(setup.old.user(), List.of(setup.next), List.of(), true, true)));
            assertThat(applied).allMatch(Applied::changed);
            assertThat(setup.accepts(setup.next)).isTrue();
            assertThat(setup.accepts(STRANGER)).isFalse();
            setup.send("ACL", "SETUSER", "app", "resetpass");
        }
    }

    @Test
    void aUserThatIsOffKeepsItsPasswordChangedAndRefused() {
        setup.send("ACL", "SETUSER", "app", "off");
        AccountState wanted = new AccountState(setup.old.user(), List.of(setup.next), List.of(setup.old), false, false);
        assertThat(setup.server.ensure(setup.fence, List.of(wanted))).allMatch(Applied::changed);
        assertThat(setup.accepts(setup.next)).isFalse();
        setup.send("ACL", "SETUSER", "app", "on");
        assertThat(setup.accepts(setup.next)).isTrue();
        assertThat(setup.accepts(setup.old)).isFalse();
    }

    @Test
    void theAdministratorIsNeverTurnedOff() {
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> setup.ensure(new AccountState(
                        setup.administrator.user(),
                        List.of(setup.administrator),
                        List.of(setup.administrator),
                        false,
                        true)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
        assertThat(setup.accepts(setup.administrator)).isTrue();
    }

    private void refusesWithoutAChange(Reason reason, AccountState wanted, String text) {
        String before = setup.user(setup.old);
        String saved = setup.redis.configText();
        assertThat(setup.server.preflight(List.of(wanted)))
                .filteredOn(finding -> finding.severity() == Finding.Severity.BLOCKS)
                .anySatisfy(finding -> assertThat(finding.found()).contains(text));
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> setup.ensure(wanted))
                .withMessageContaining(text)
                .withMessageContaining("Nothing was changed")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(setup.user(setup.old)).isEqualTo(before);
        assertThat(setup.redis.configText()).isEqualTo(saved);
    }
}
