package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/**
 * What an error of the driver means. Its text is never passed on, because it may quote what was sent: the SQLSTATE
 * (PostgreSQL manual, appendix A) says enough.
 */
final class Trouble {
    static final String WRONG_PASSWORD = "28P01";
    static final String NOT_ALLOWED_IN = "28000";
    static final String NO_PRIVILEGE = "42501";

    private static final String PROTOCOL_VIOLATION = "08P01";

    /** PgBouncer has this one SQLSTATE for almost everything, so its words have to be looked at (its client.c, up to 1.24). */
    private static final Set<String> POOLER_REFUSES =
            Set.of("SASL authentication failed", "password authentication failed");

    private static final Map<String, String> MEANING = Map.ofEntries(
            Map.entry("08001", "no connection"),
            Map.entry("08004", "the connection was rejected, or the server has no TLS"),
            Map.entry("08006", "the connection broke or timed out"),
            Map.entry("25006", "the server takes no changes: it is a replica or read-only"),
            Map.entry("25P03", "the session was idle for too long within its transaction"),
            Map.entry(NOT_ALLOWED_IN, "pg_hba.conf or the role does not allow this login"),
            Map.entry(WRONG_PASSWORD, "the password was refused"),
            Map.entry("3D000", "the database does not exist"),
            Map.entry(NO_PRIVILEGE, "the privilege is missing"),
            Map.entry("42704", "a role is missing"),
            Map.entry("53300", "no connection slot is free"),
            Map.entry("55P03", "another session holds a lock"),
            Map.entry("57014", "the statement took too long"),
            Map.entry("57P01", "an administrator ended the session"),
            Map.entry("57P02", "the server crashed"),
            Map.entry("57P03", "the server is starting or stopping"),
            Map.entry("XX000", "another session changed the same role at the same time"));

    private Trouble() {}

    /** The SQLSTATE, empty if there is none. A password that PgBouncer refuses is a wrong password, as the server would say. */
    static String state(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        boolean refused = state.equals(PROTOCOL_VIOLATION)
                && e instanceof PSQLException told
                && told.getServerErrorMessage() != null
                && POOLER_REFUSES.contains(
                        String.valueOf(told.getServerErrorMessage().getMessage()));
        return refused ? WRONG_PASSWORD : state;
    }

    /** Whether the server said nothing that would be the same a moment later. */
    static boolean mayPass(SQLException e) {
        String state = state(e);
        if (isTls(e)) {
            return false;
        }
        return state.length() < 2
                || switch (state.substring(0, 2)) {
                    case "08", "40", "53", "55", "57", "58", "XX" -> true;
                    default -> state.equals("25P03") || state.equals("25006");
                };
    }

    /** Whether the server is there, and has no slot free or is still starting. */
    static boolean isBusy(SQLException e) {
        return state(e).equals("53300") || state(e).equals("57P03");
    }

    /** In own words, with the SQLSTATE. */
    static String describe(SQLException e) {
        if (isTls(e)) {
            return "TLS could not be agreed on: the certificate is not trusted, or not for this host";
        }
        String state = state(e);
        return MEANING.getOrDefault(state, "the server refused") + " (SQLSTATE " + state + ")";
    }

    /** As {@link #describe}, of a login over a Unix socket without a password. */
    static String describeLocally(SQLException e, Path socket) {
        return switch (state(e)) {
            case "08001" ->
                Files.exists(socket)
                        ? "nobody answers there, or this user may not open it (SQLSTATE 08001)"
                        : "there is no such file (SQLSTATE 08001)";
            case "08004" -> "the server wants a password there (SQLSTATE 08004)";
            case NOT_ALLOWED_IN ->
                "peer authentication or pg_hba.conf does not let this user in under that name (SQLSTATE "
                        + NOT_ALLOWED_IN + ")";
            default -> describe(e);
        };
    }

    /** @param doing what was tried, with the object's name: {@code "looking at roles of server db:5432"} */
    static AdapterException explain(String doing, SQLException e) {
        return new AdapterException(reason(e), doing + ": " + describe(e));
    }

    private static Reason reason(SQLException e) {
        if (mayPass(e)) {
            return Reason.UNAVAILABLE;
        }
        return switch (state(e)) {
            case WRONG_PASSWORD, NOT_ALLOWED_IN, NO_PRIVILEGE -> Reason.DENIED;
            default -> Reason.CONFIGURATION;
        };
    }

    private static boolean isTls(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }
}
