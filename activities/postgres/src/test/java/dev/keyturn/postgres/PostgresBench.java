package dev.keyturn.postgres;

import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A private PostgreSQL with accounts, and the adapter as the manifest opens it. */
final class PostgresBench implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();

    final PrivatePostgres postgres;

    PostgresBench(Map<String, String> serverSettings) {
        postgres = PrivatePostgres.start(serverSettings);
    }

    Endpoint endpoint() {
        return new Endpoint(postgres.host(), postgres.port());
    }

    Credential administrator() {
        return Credential.of(postgres.superuser().user(), postgres.superuser().password());
    }

    AccountServer open() {
        return open(Map.of(), administrator());
    }

    AccountServer open(Credential... administrator) {
        return open(Map.of(), administrator);
    }

    /** The adapter with settings that differ from short time-outs. */
    AccountServer open(Map<String, Object> settings, Credential... administrator) {
        return new PostgresTechnology().open(settings(settings), List.of(administrator), "keyturn");
    }

    Settings settings(Map<String, Object> different) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "host", postgres.host(),
                "port", (long) postgres.port(),
                "database", "postgres",
                "tls", "prefer",
                "connect-timeout", Duration.ofSeconds(2),
                "statement-timeout", Duration.ofSeconds(2),
                "lock-timeout", Duration.ofMillis(500)));
        settings.putAll(different);
        return new Settings(settings);
    }

    /** A role that logs in with a password that is not yet known to anybody. */
    Credential role(String options) {
        String name = "role" + NAMES.incrementAndGet();
        Credential credential = Credential.of(name, newPassword());
        postgres.execute("CREATE ROLE " + name + " " + options + " PASSWORD '"
                + credential.password().reveal() + "'");
        return credential;
    }

    Credential role() {
        return role("LOGIN");
    }

    static Credential another(Credential credential) {
        return Credential.of(credential.user().name(), newPassword());
    }

    static AccountState change(Credential from, Credential to) {
        return AccountState.of(to.user(), List.of(to), List.of(from));
    }

    /** Past the adapter: whether a client gets in. */
    boolean accepts(Credential credential) {
        try (Connection open = connect(credential)) {
            return open.isValid(1);
        } catch (SQLException e) {
            if (e.getSQLState().startsWith("28")) {
                return false;
            }
            throw new IllegalStateException("no answer: " + e.getSQLState());
        }
    }

    Connection connect(Credential credential) throws SQLException {
        return postgres.connect(credential.user().name(), credential.password().reveal());
    }

    String stored(Principal who) {
        return text("SELECT rolpassword FROM pg_authid WHERE rolname = '" + who.name() + "'");
    }

    String text(String query) {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e.getSQLState());
        }
    }

    static Fence fence() {
        return new Epoch(UUID.randomUUID().toString(), 1, false);
    }

    private static String newPassword() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    @Override
    public void close() {
        postgres.close();
    }

    /** A fence that holds, or does not. */
    record Epoch(String store, long epoch, boolean over) implements Fence {
        @Override
        public void check() {
            if (over) {
                throw new AdapterException(Reason.FENCED, "over");
            }
        }

        @Override
        public <T> T whileHeld(Supplier<T> effect) {
            check();
            return effect.get();
        }
    }
}
