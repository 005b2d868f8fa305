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
            // Logging in takes long with many roles: the transaction must not count as idle.
            session.text("staying awake", "SELECT ''");
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
        keepOutOfTheLog();
        if (session.text("reading a setting", "SHOW synchronous_commit").equals("off")) {
            // Otherwise a crash of the server within a second could bring the old password back.
            session.text("asking for durability", "SELECT set_config('synchronous_commit', 'local', true)");
        }
        String server = systemIdentifier(session);
        int iterations = Integer.parseInt(session.text(
                "reading a setting", "SELECT coalesce(current_setting('scram_iterations', true), '4096')"));
        for (AccountState state : toChange) {
            session.alterPassword(state.who().name(), Scram.verifier(Accounts.wanted(state), server, iterations));
        }
    }

    private void keepOutOfTheLog() {
        for (String name : settable(session)) {
            session.text("keeping it out of the log", "SELECT set_config(?, ?, true)", name, QUIET.get(name));
        }
    }

    /** Those of the settings of the log that exist and that the administrator may change. */
    static List<String> settable(Session session) {
        String may = session.majorVersion() >= 15
                ? "has_parameter_privilege(name, 'SET')"
                : "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)";
        return session.rows(
                "looking at the log's settings",
                "SELECT name FROM pg_settings WHERE name = ANY (?) AND " + may,
                row -> row.getString(1),
                (Object) QUIET.keySet().toArray(String[]::new));
    }

    /** Whether a verifier would be seen in the log: then a setting that writes it is on and cannot be turned off. */
    static List<String> notSettable(Session session) {
        List<String> settable = settable(session);
        return session
                .rows(
                        "looking at the log's settings",
                        "SELECT name FROM pg_settings WHERE name = ANY (?) AND setting <> ALL (?)",
                        row -> row.getString(1),
                        QUIET.keySet().toArray(String[]::new),
                        QUIET.values().toArray(String[]::new))
                .stream()
                .filter(name -> !settable.contains(name))
                .sorted()
                .toList();
    }

    /** @throws AdapterException DENIED if the administrator may not ask */
    static String systemIdentifier(Session session) {
        return session.text(
                "asking for its system identifier (GRANT EXECUTE ON FUNCTION pg_control_system() allows it)",
                "SELECT system_identifier::text FROM pg_control_system()");
    }
}
