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
import dev.keyturn.testkit.AccountServerBench;
import dev.keyturn.testkit.Need;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A private PostgreSQL with accounts, and the adapter as the manifest opens it. */
final class PostgresBench implements AccountServerBench, AutoCloseable {
    private static final Path VERSION_15 = Path.of("/usr/lib/postgresql/15/bin");
    private static final AtomicInteger NAMES = new AtomicInteger();

    final PrivatePostgres postgres;
    private final List<String> rules =
            new ArrayList<>(List.of("local all all trust", "host all all all scram-sha-256"));

    PostgresBench(Map<String, String> serverSettings) {
        this(PrivatePostgres.start(serverSettings));
    }

    private PostgresBench(PrivatePostgres postgres) {
        this.postgres = postgres;
    }

    /**
     * The oldest version that is tested, where Debian's package of it is installed. Elsewhere the test is skipped, or fails with {@code
     * KEYTURN_RIG_REQUIRED=1}.
     */
    static PostgresBench ofVersion15() {
        Path server = VERSION_15.resolve("postgres");
        new Need("postgresql-15", "there is no " + server, "apt-get install {}")
                .leavesOutUnless(Files.isExecutable(server));
        return new PostgresBench(PrivatePostgres.startFrom(VERSION_15, Map.of()));
    }

    @Override
    public AccountServer open(List<Endpoint> endpoints, List<Credential> administrator, String sessionName) {
        List<String> others = endpoints.stream().skip(1).map(Endpoint::toString).toList();
        Map<String, Object> settings = Map.of(
                "host",
                endpoints.get(0).host(),
                "port",
                (long) endpoints.get(0).port(),
                "endpoints",
                others,
                "statement-timeout",
                Duration.ofSeconds(1));
        return new PostgresTechnology().open(settings(settings), administrator, sessionName);
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint(postgres.host(), postgres.port());
    }

    @Override
    public Credential administrator() {
        return Credential.of(postgres.superuser().user(), postgres.superuser().password());
    }

    /** As the manifest names it: the folder of the socket. */
    Map<String, Object> socket() {
        return Map.of("socket", postgres.folder());
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
        Credential credential = Credential.of("role" + NAMES.incrementAndGet(), newPassword());
        create(credential, options);
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

    @Override
    public void createAdministrator(Credential credential) {
        create(credential, "LOGIN SUPERUSER");
    }

    @Override
    public void createAccount(Credential credential, boolean mayLogin) {
        create(credential, mayLogin ? "LOGIN" : "NOLOGIN");
    }

    @Override
    public void allowLogin(Principal who) {
        postgres.execute("ALTER ROLE " + quoted(who) + " LOGIN");
    }

    @Override
    public boolean createOpenAccount(Principal who) {
        postgres.execute("CREATE ROLE " + quoted(who) + " LOGIN");
        rules.add(rules.size() - 1, "host all " + quoted(who) + " all trust");
        postgres.authenticateBy(rules.toArray(String[]::new));
        return true;
    }

    @Override
    public int sessions(Principal who) {
        return Integer.parseInt(text("SELECT count(*) FROM pg_stat_activity WHERE usename = " + literal(who.name())));
    }

    @Override
    public Optional<Session> connect(Credential credential, String sessionName) {
        try {
            Connection connection = connect(credential);
            try (PreparedStatement name =
                    connection.prepareStatement("SELECT set_config('application_name', ?, false)")) {
                name.setString(1, sessionName);
                name.execute();
            }
            return Optional.of(new OpenSession(connection));
        } catch (SQLException e) {
            if (e.getSQLState().startsWith("28")) {
                return Optional.empty();
            }
            throw new IllegalStateException("no answer: " + e.getSQLState());
        }
    }

    @Override
    public void killAndRestart() {
        postgres.kill();
        postgres.restart();
    }

    @Override
    public List<String> oddNames() {
        return List.of(
                "Upper Case",
                "quote\"d",
                "'; DROP ROLE postgres; --",
                "back\\slash",
                "{fn x}?",
                "東京",
                "$1",
                "semi;colon",
                "%I");
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(15);
    }

    private void create(Credential credential, String options) {
        postgres.execute("CREATE ROLE " + quoted(credential.user()) + " " + options + " PASSWORD "
                + literal(credential.password().reveal()));
    }

    private static String quoted(Principal who) {
        return '"' + who.name().replace("\"", "\"\"") + '"';
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private record OpenSession(Connection connection) implements Session {
        @Override
        public boolean isAlive() {
            try {
                return connection.isValid(2);
            } catch (SQLException e) {
                return false;
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException ended) {
                // The server ended it already.
            }
        }
    }

    /** Past the adapter: whether a client gets in. */
    boolean accepts(Credential credential) {
        return accepts(credential.user(), credential.password());
    }

    Connection connect(Credential credential) throws SQLException {
        return postgres.connect(credential.user().name(), credential.password().reveal());
    }

    @Override
    public String stored(Principal who) {
        return text("SELECT rolpassword FROM pg_authid WHERE rolname = " + literal(who.name()));
    }

    String text(String query) {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() && result.getString(1) != null ? result.getString(1) : "";
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
