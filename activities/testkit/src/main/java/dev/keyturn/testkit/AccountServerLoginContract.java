package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Login.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link AccountServer} keeps about logging in: as a consumer, and as the administrator that it is itself. */
public abstract class AccountServerLoginContract extends AccountServerRules {
    @Test
    void theRightPasswordIsAccepted() {
        Credential account = newAccount();
        AccountServer server = open();
        assertThat(server.login(bench().endpoint(), account).result()).isEqualTo(Result.ACCEPTED);
    }

    @Test
    void aWrongPasswordIsRefused() {
        Credential account = newAccount();
        assertThat(open().login(bench().endpoint(), another(account)).result()).isEqualTo(Result.REFUSED);
    }

    @Test
    void anUnknownAccountIsRefused() {
        assertThat(open().login(bench().endpoint(), newCredential()).result()).isEqualTo(Result.REFUSED);
    }

    @Test
    void anAccountThatTakesAnythingIsOpenAndNeverAccepted() {
        Credential account = openAccount();
        assertThat(open().login(bench().endpoint(), account).result()).isEqualTo(Result.OPEN);
    }

    @Test
    void aTryToLogInLeavesNoSessionBehind() {
        Credential account = newAccount();
        AccountServer server = open();
        server.login(bench().endpoint(), account);
        server.login(bench().endpoint(), another(account));
        assertThat(Eventually.reaches(0, () -> bench().sessions(account.user())))
                .isTrue();
    }

    @Test
    void theIdentityIsTheSameUnderEveryAddress() {
        assertThat(openAt(proxy().endpoint()).identity()).isEqualTo(open().identity());
    }

    @Test
    void theFirstEndpointIsTheServerItself() {
        assertThat(open().endpoints()).first().isEqualTo(bench().endpoint());
    }

    @Test
    void theAdministratorIsFoundAmongItsCandidates() {
        Credential wrong = another(bench().administrator());
        AccountServer server = open(List.of(bench().endpoint()), List.of(wrong, bench().administrator()), "keyturn");
        assertThat(server.identity()).isEqualTo(open().identity());
    }

    @Test
    void anAdministratorWhoseEveryCandidateIsRefusedIsDenied() {
        Credential administrator = bench().administrator();
        Credential old = newAccount();
        AccountServer server =
                open(List.of(bench().endpoint()), List.of(another(administrator), another(administrator)), "keyturn");
        assertRefuses(Reason.DENIED, server::identity);
        assertRefuses(Reason.DENIED, () -> server.ensure(fence(), List.of(change(old, another(old)))));
        assertThat(accepts(old)).isTrue();
    }

    @Test
    void anAdministratorWithoutRightsIsNamedByPreflightAndWritesNothing() {
        Credential powerless = newAccount();
        Credential old = newAccount();
        AccountState wanted = change(old, another(old));
        AccountServer server = open(List.of(bench().endpoint()), List.of(powerless), "keyturn");
        try {
            assertThat(blocking(server.preflight(List.of(wanted)))).isNotEmpty();
        } catch (AdapterException e) {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.DENIED);
        }
        assertRefuses(Reason.DENIED, () -> server.ensure(fence(), List.of(wanted)));
        assertThat(accepts(old)).isTrue();
    }

    @Test
    void theAdministratorChangesItsOwnPassword() {
        Credential old = newCredential();
        bench().createAdministrator(old);
        Credential next = another(old);
        AccountServer server = open(List.of(bench().endpoint()), List.of(next, old), "keyturn");
        server.ensure(fence(), List.of(change(old, next)));
        assertThat(accepts(next)).isTrue();
        assertThat(accepts(old)).isFalse();
        Credential other = newAccount();
        server.ensure(fence(), List.of(change(other, another(other))));
        AccountServer resumed = open(List.of(bench().endpoint()), List.of(next, old), "keyturn");
        assertThat(resumed.ensure(fence(), List.of(change(old, next)))).noneMatch(Applied::changed);
    }

    @Test
    void theAdministratorsOwnAccountMustComeAlone() {
        Credential administrator = newCredential();
        bench().createAdministrator(administrator);
        Credential other = newAccount();
        AccountServer server = open(List.of(bench().endpoint()), List.of(administrator), "keyturn");
        assertRefuses(
                Reason.CONFIGURATION,
                () -> server.ensure(
                        fence(),
                        List.of(change(other, another(other)), change(administrator, another(administrator)))));
        assertThat(accepts(administrator)).isTrue();
        assertThat(accepts(other)).isTrue();
    }

    @Test
    void itHasOneEndpointAtLeastAndClosesAsOftenAsOneLikes() {
        AccountServer server = open();
        assertThat(server.endpoints()).isNotEmpty();
        server.identity();
        server.close();
        server.close();
        AccountServer unused = open();
        unused.close();
        unused.close();
    }
}
