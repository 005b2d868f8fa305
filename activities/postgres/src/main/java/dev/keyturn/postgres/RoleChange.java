package dev.keyturn.postgres;

import dev.keyturn.postgres.Accounts.Found;
import dev.keyturn.postgres.Role.Obstacle;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One transaction that gives all roles of a call their new verifiers, or none. */
final class RoleChange {
    /** Any number that nobody else uses in this database; two Keyturns then change roles one after the other. */
    private static final long ADVISORY_LOCK = 0x6b65797475726eL;

    /** Where the server lets us, not even the verifier is logged or counted [the manual's runtime-config-logging]. */
    private static final Map<String, String> QUIET = Map.of(
            "log_statement", "none",
            "log_min_error_statement", "panic",
            "log_min_duration_statement", "-1",
            "log_min_duration_sample", "-1",
            "pg_stat_statements.track_utility", "off");

    private final Session session;
    private final Accounts accounts;

    RoleChange(Session session, Accounts accounts) {
        this.session = session;
        this.accounts = accounts;
    }

    /**
     * Looks, and changes what is not as wanted.
     *
     * @param sent gets the accounts that are sent a new verifier, also if the outcome is unknown
     * @throws AdapterException before any write DRIFT or CONFIGURATION; UNAVAILABLE also if the outcome is unknown
     */
    void run(List<AccountState> wanted, Set<Principal> sent) {
        session.begin();
        try {
            session.text("waiting for another Keyturn", "SELECT pg_advisory_xact_lock(?)::text", ADVISORY_LOCK);
            List<AccountState> toChange = look(wanted);
            if (!toChange.isEmpty()) {
                write(toChange);
                toChange.forEach(state -> sent.add(state.who()));
                session.commit();
            }
        } finally {
            session.rollBack();
        }
    }

    private List<AccountState> look(List<AccountState> wanted) {
        Map<String, Role> roles =
                Role.find(session, wanted.stream().map(AccountState::who).toList());
        for (AccountState state : wanted) {
            Optional<Obstacle> obstacle = Role.obstacle(roles.get(state.who().name()), state);
            if (obstacle.isPresent()) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        "role " + state.who() + ": found " + obstacle.get().found() + ", expected "
                                + obstacle.get().expected() + "; nothing was changed; "
                                + obstacle.get().next());
            }
        }
        List<AccountState> toChange = new ArrayList<>();
        List<Principal> unknown = new ArrayList<>();
        for (AccountState state : wanted) {
            Found found = accounts.find(session, state);
            if (found == Found.NEITHER && !state.overwrite()) {
                unknown.add(state.who());
            } else if (found != Found.WANTED) {
                toChange.add(state);
            }
            session.stayAwake();
        }
        if (!unknown.isEmpty()) {
            throw new AdapterException(
                    Reason.DRIFT,
                    "roles " + unknown
                            + ": found that they accept no password that is known, expected one; somebody else"
                            + " changed them; nothing was changed, on any of the " + wanted.size() + " roles");
        }
        return toChange;
    }

    private void write(List<AccountState> toChange) {
        quieten();
        String server = systemIdentifier(session);
        int iterations = Integer.parseInt(session.text(
                "reading a setting", "SELECT coalesce(current_setting('scram_iterations', true), '4096')"));
        for (AccountState state : toChange) {
            session.alterPassword(state.who().name(), Scram.verifier(Accounts.wanted(state), server, iterations));
        }
    }

    /**
     * Sets what the administrator may for this transaction: less in the log, and durability, else a crash of the
     * server within a second could bring the old password back.
     */
    private void quieten() {
        session.rows(
                "setting up a transaction",
                "SELECT set_config(name, wanted, true) FROM pg_settings JOIN unnest(?, ?) AS quiet (name, wanted)"
                        + " USING (name) WHERE " + maySet(session)
                        + " UNION ALL SELECT set_config('synchronous_commit', 'local', true)"
                        + " WHERE current_setting('synchronous_commit') = 'off'",
                row -> row.getString(1),
                QUIET.keySet().toArray(String[]::new),
                QUIET.values().toArray(String[]::new));
    }

    /** A condition on a row of pg_settings. Before version 15 only a superuser may set these. */
    private static String maySet(Session session) {
        return session.majorVersion() >= 15
                ? "has_parameter_privilege(name, 'SET')"
                : "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)";
    }

    /** The settings that would write a verifier to the log or the statistics, and that cannot be turned off. */
    static List<String> loud(Session session) {
        return session.rows(
                "looking at the log's settings",
                "SELECT name FROM pg_settings JOIN unnest(?, ?) AS quiet (name, wanted) USING (name)"
                        + " WHERE setting <> wanted AND NOT " + maySet(session) + " ORDER BY name",
                row -> row.getString(1),
                QUIET.keySet().toArray(String[]::new),
                QUIET.values().toArray(String[]::new));
    }

    /** @throws AdapterException DENIED if the administrator may not ask */
    static String systemIdentifier(Session session) {
        return session.text(
                "asking for its system identifier (GRANT EXECUTE ON FUNCTION pg_control_system() allows it)",
                "SELECT system_identifier::text FROM pg_control_system()");
    }
}
