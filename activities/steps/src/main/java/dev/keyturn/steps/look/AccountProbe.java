package dev.keyturn.steps.look;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Account;
import dev.keyturn.steps.manifest.Generator;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.site.Servers;
import java.util.List;

/**
 * Asks a server about the values of one account. An account that logs in is tried. For one that must not, the adapter is asked what would
 * speak against a change: it looks for what the account has by its own means, and finds drift if that is none of the values known.
 */
final class AccountProbe implements Choice.Probe {
    private static final Generator WRONG = new Generator(Generator.Form.ALPHANUMERIC, 32);

    private final Servers servers;
    private final Secret secret;
    private final Account account;

    AccountProbe(Servers servers, Secret secret) {
        this.servers = servers;
        this.secret = secret;
        this.account = secret.account().orElseThrow();
    }

    @Override
    public boolean answers() {
        try {
            SecretValue wrong = WRONG.generate();
            return account.login() ? login(wrong).result() == Login.Result.REFUSED : !areKnown(List.of(wrong));
        } catch (AdapterException e) {
            return false;
        }
    }

    @Override
    public boolean takes(SecretValue value) {
        if (!account.login()) {
            return areKnown(List.of(value));
        }
        Login login = login(value);
        if (login.result() == Login.Result.UNREACHABLE) {
            throw new AdapterException(
                    AdapterException.Reason.UNAVAILABLE,
                    "Account " + account + ": its server does not answer any more (" + login.detail()
                            + "), so nothing shows which value it has. Nothing was changed.");
        }
        return login.isAccepted();
    }

    private Login login(SecretValue value) {
        AccountServer server = servers.of(secret);
        Endpoint endpoint = server.endpoints().get(0);
        return server.login(endpoint, new Credential(account.user(), value));
    }

    /**
     * Whether the account, of those that accept several values at once, accepts none but these.
     *
     * @param values the likeliest first; not empty
     */
    boolean acceptsNothingBut(List<SecretValue> values) {
        try {
            boolean overlaps = servers.of(secret).capabilities(account.user()).change() == Capabilities.Change.OVERLAP;
            return !overlaps || areKnown(values);
        } catch (AdapterException e) {
            // Whoever cannot look finds nothing more; a check says what keeps it from looking.
            return true;
        }
    }

    /** Whether being forced would make no difference: then the account has no value but these. */
    private boolean areKnown(List<SecretValue> values) {
        return obstacles(values, false).equals(obstacles(values, true));
    }

    private List<Finding> obstacles(List<SecretValue> values, boolean forced) {
        List<Credential> known = values.stream()
                .map(value -> new Credential(account.user(), value))
                .toList();
        AccountState wanted = new AccountState(
                account.user(), known.subList(0, 1), known.subList(1, known.size()), account.login(), forced);
        return servers.of(secret).preflight(List.of(wanted)).stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKS)
                .toList();
    }
}
