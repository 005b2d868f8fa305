package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Principal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** One session of the administrator, named so that a later holder can end it. */
final class Session implements AutoCloseable {
    /** NAMEDATALEN - 1: a longer application name is cut, and then nobody could tell whose session it is. */
    private static final int LONGEST_NAME = 63;

    /**
     * A holder that stopped within a transaction must not keep its locks for ever; and names are found in the catalog,
     * whatever the role's search path is.
     */
    private static final String SET_UP =
            "SELECT set_config('statement_timeout', ?, false), set_config('lock_timeout', ?, false),"
                    + " set_config('idle_in_transaction_session_timeout', '60s', false),"
                    + " set_config('search_path', 'pg_catalog', false)";

    private static final Duration AWAKE = Duration.ofSeconds(10);

    private final Connection connection;
    private final PostgresSettings settings;
    private final Endpoint server;
    private final String way;
    private final Principal administrator;
    private final String name;
    private long lastHeard = System.nanoTime();

    private Session(
            Connection connection,
            PostgresSettings settings,
            Endpoint server,
            String way,
            Principal administrator,
            String name) {
        this.connection = connection;
        this.settings = settings;
        this.server = server;
        this.way = way;
        this.administrator = administrator;
        this.name = name;
    }

    /** One row as something else. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** @throws AdapterException CONFIGURATION if the server would not keep the whole name */
    static void checkName(String name) {
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(name) || name.length() > LONGEST_NAME) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    "session name " + name + ": found " + name.length() + " characters, expected at most "
                            + LONGEST_NAME + " of ASCII, which is what PostgreSQL keeps; nothing was changed");
        }
    }

    /**
     * Sets up a connection that is logged in.
     *
     * @param way how it came in, for a person, if not over TCP with a password: then empty
     * @throws SQLException if it cannot be set up; then it is closed
     */
    static Session over(
            Connection connection,
            PostgresSettings settings,
            Endpoint server,
            String way,
            Principal administrator,
            String name)
            throws SQLException {
        return new Session(connection, settings, server, way, administrator, name).prepared();
    }

    /**
     * A connection for one question, left as it is: behind a pooler, what is set for a session reaches the next client.
     *
     * @throws SQLException if it broke; then it is closed
     */
    static Session bare(Connection connection, PostgresSettings settings, Endpoint server, Principal administrator)
            throws SQLException {
        return new Session(connection, settings, server, "", administrator, "").bounded();
    }

    private Session bounded() throws SQLException {
        try {
            connection.setNetworkTimeout(
                    Runnable::run,
                    Math.toIntExact(settings.statementTimeout()
                            .plus(settings.connectTimeout())
                            .toMillis()));
            return this;
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private Session prepared() throws SQLException {
        bounded();
        try {
            long statement = settings.statementTimeout().toMillis();
            try (PreparedStatement set = connection.prepareStatement(SET_UP)) {
                set.setString(1, Long.toString(statement));
                set.setString(2, Long.toString(settings.lockTimeout().toMillis()));
                set.execute();
            }
            return this;
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    /** Who is logged in. */
    Principal administrator() {
        return administrator;
    }

    /** How it came in, if none of the passwords is accepted; otherwise empty. */
    String way() {
        return way;
    }

    String name() {
        return name;
    }

    /** The process ID that the login was told for this session. */
    int told() {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw Trouble.explain("server " + server, e);
        }
    }

    /** By the server's clock. */
    Instant now() {
        return rows(
                        "asking the time",
                        "SELECT clock_timestamp()",
                        row -> row.getTimestamp(1).toInstant())
                .get(0);
    }

    boolean isAlive() {
        try {
            return connection.isValid(
                    Math.toIntExact(Math.max(1, settings.connectTimeout().toSeconds())));
        } catch (SQLException e) {
            return false;
        }
    }

    int majorVersion() {
        try {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw Trouble.explain("server " + server, e);
        }
    }

    /** Runs a query. Arrays of strings and simple values are legal parameters. */
    <T> List<T> rows(String doing, String sql, Row<T> row, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                Object value = parameters[i];
                statement.setObject(
                        i + 1, value instanceof String[] names ? connection.createArrayOf("text", names) : value);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(row.read(result));
                }
            }
            lastHeard = System.nanoTime();
            return rows;
        } catch (SQLException e) {
            throw Trouble.explain("server " + server + ", " + doing, e);
        }
    }

    /** The one text that a query gives. */
    String text(String doing, String sql, Object... parameters) {
        return rows(doing, sql, row -> row.getString(1), parameters).get(0);
    }

    /** To be called while other things take long within a transaction, so that the server does not call it idle. */
    void stayAwake() {
        if (System.nanoTime() - lastHeard > AWAKE.toNanos()) {
            text("staying awake", "SELECT ''");
        }
    }

    void begin() {
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw Trouble.explain("server " + server + ", beginning a transaction", e);
        }
    }

    void commit() {
        try {
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw Trouble.explain("server " + server + ", committing", e);
        }
    }

    /** Leaves a transaction if there is one; a connection that is broken has none any more. */
    void rollBack() {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException broken) {
            close();
        }
    }

    /**
     * Sets a role's verifier. {@code ALTER ROLE} takes no parameters: the name is quoted here, and a verifier holds
     * nothing that would need it.
     *
     * @throws AdapterException VALUE_REJECTED if a password hook of the server refuses
     */
    void alterPassword(String role, String verifier) {
        String doing = "server " + server + ", changing the password of role " + role;
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("ALTER ROLE " + quoted(role) + " PASSWORD '" + verifier + "'");
        } catch (SQLException e) {
            throw switch (Trouble.state(e)) {
                // Password hooks use these: passwordcheck 22023, others what a function raises.
                case "22023", "22000", "28000", "28P01", "P0001" ->
                    new AdapterException(
                            Reason.VALUE_REJECTED,
                            doing + ": found that the server's password check refuses the value (SQLSTATE "
                                    + Trouble.state(e) + "), expected it to be taken");
                default -> Trouble.explain(doing, e);
            };
        }
    }

    /** As PostgreSQL's own quote_ident always may: within double quotes only the double quote is special. */
    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException alreadyBroken) {
            // Then there is no session to end.
        }
    }
}
