package dev.keyturn.postgres;

import dev.keyturn.postgres.LoginProbe.Answer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What accounts accept, found by logging in. */
final class Accounts {
    /** What one account was found to accept on the server itself. */
    enum Found {
        WANTED,
        RECOGNISED,
        NEITHER
    }

    private final LoginProbe probe;
    private final Endpoint server;

    Accounts(LoginProbe probe, Endpoint server) {
        this.probe = probe;
        this.server = server;
    }

    /** @throws AdapterException CONFIGURATION if an account cannot be made to accept what is wanted here */
    static void check(List<AccountState> wanted, String administrator) {
        Set<String> seen = new HashSet<>();
        for (AccountState state : wanted) {
            if (state.accept().size() != 1) {
                throw impossible(
                        state, state.accept().size() + " credentials to accept", "one: a role has one password");
            }
            if (!state.accept().get(0).user().equals(state.who())) {
                throw impossible(
                        state, "a credential of " + state.accept().get(0).user(), "one of the account itself");
            }
            if (!seen.add(state.who().name())) {
                throw impossible(state, "the account twice in one call", "each account once");
            }
            if (wanted.size() > 1 && state.who().name().equals(administrator)) {
                throw impossible(
                        state, "the administrator together with others", "the administrator alone, as the last");
            }
        }
    }

    /** The one credential that this account is to accept. */
    static Credential wanted(AccountState state) {
        return state.accept().get(0);
    }

    /**
     * What works now.
     *
     * @throws AdapterException UNAVAILABLE; CONFIGURATION if the server takes anything
     */
    Found find(Session session, AccountState state) {
        if (holds(session, server, state, wanted(state))) {
            return Found.WANTED;
        }
        for (Credential known : recognised(state)) {
            if (holds(session, server, state, known)) {
                return Found.RECOGNISED;
            }
        }
        return Found.NEITHER;
    }

    /**
     * What still keeps an endpoint from being as wanted: the new password taken, each known older one refused. Empty if
     * it is proven.
     *
     * @throws AdapterException CONFIGURATION if the endpoint takes anything
     */
    Optional<String> missing(Session session, Endpoint via, AccountState state) {
        try {
            // The older ones first: each that is refused shows that authentication is on.
            for (Credential known : recognised(state)) {
                if (holds(session, via, state, known)) {
                    return Optional.of(via + " still accepts an older password of " + state.who());
                }
            }
            if (!holds(session, via, state, wanted(state))) {
                return Optional.of(via + " refuses the new password of " + state.who());
            }
            return Optional.empty();
        } catch (AdapterException e) {
            if (e.reason() == Reason.UNAVAILABLE) {
                return Optional.of(e.getMessage());
            }
            throw e;
        }
    }

    private static List<Credential> recognised(AccountState state) {
        return state.recognise().stream()
                .filter(known -> known.user().equals(state.who()))
                .filter(known -> !known.password().equals(wanted(state).password()))
                .toList();
    }

    private boolean holds(Session session, Endpoint via, AccountState state, Credential credential) {
        Answer answer = probe.ask(via, credential);
        return switch (answer.kind()) {
            case TAKEN -> true;
            case TAKEN_WITHOUT_LOGIN -> !state.mayLogin();
            case REFUSED -> false;
            case SHUT_OUT -> !state.mayLogin() && via.equals(server) && stored(session, credential, answer);
            case UNREACHABLE ->
                throw new AdapterException(
                        Reason.UNAVAILABLE, "login of role " + state.who() + ": no answer, " + answer.detail());
            case OPEN ->
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        "role " + state.who() + " through " + via
                                + ": found that a wrong password is accepted too, expected it to be refused; nothing can"
                                + " be proven; replace trust in pg_hba.conf by scram-sha-256");
        };
    }

    /**
     * Where {@code pg_hba.conf} lets a NOLOGIN role not even try, a superuser can still compare what is stored.
     *
     * @throws AdapterException CONFIGURATION if it may not look
     */
    private static boolean stored(Session session, Credential credential, Answer answer) {
        try {
            List<String> verifier = session.rows(
                    "reading the verifier of role " + credential.user(),
                    "SELECT coalesce(rolpassword, '') FROM pg_authid WHERE rolname::text = ?",
                    row -> row.getString(1),
                    credential.user().name());
            return !verifier.isEmpty() && Scram.matches(verifier.get(0), credential);
        } catch (AdapterException e) {
            if (e.reason() == Reason.DENIED) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        "role " + credential.user() + ": found that its password can neither be tried ("
                                + answer.detail() + ") nor read, expected one of both; allow it in pg_hba.conf");
            }
            throw e;
        }
    }

    private static AdapterException impossible(AccountState state, String found, String expected) {
        return new AdapterException(
                Reason.CONFIGURATION,
                "role " + state.who() + ": found " + found + ", expected " + expected + "; nothing was changed");
    }
}
