package dev.keyturn.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL of one's own on 127.0.0.1: no installation, a free port, its own system identifier, data in a temporary
 * folder. Over TCP every login needs its password (SCRAM-SHA-256); the socket in the folder, which only its owner can
 * enter, trusts everybody, until {@link #authenticatePeers} says otherwise.
 *
 * <p>It can be stopped, killed, suspended and started again on the same port and data. {@link #close()} removes it. If
 * the process that started it ends without closing it, even by SIGKILL, a {@link Watcher} removes it within seconds.
 * Methods throw {@link SandboxException} when the server does not do what they ask. Not safe for use by several
 * threads, except {@link #connect}.
 */
public final class PrivatePostgres implements AutoCloseable {
    /** Settings for those that log in often: of a login's time most goes into hashing as often as this says. */
    public static final Map<String, String> CHEAP_LOGINS = Map.of(PostgresData.HASHINGS, "64");

    private static final int ATTEMPTS = 5;
    private static final int SECONDS_TO_START = 30;

    /**
     * Removes the server. One that is suspended is woken to see the signal; one that hangs is killed by its own
     * postmaster after five seconds.
     */
    private static final String ENDING = """
            pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
            if [ -n "$pid" ] && [ "$(cat /proc/$pid/comm 2>/dev/null)" = postgres ]; then
              kill -QUIT $pid
              kill -CONT $pid
              waited=0
              while [ -e "$folder/data/postmaster.pid" ] && [ $waited -lt 160 ]; do
                sleep 0.05
                waited=$((waited + 1))
              done
              kill -KILL $pid
            fi
            """;

    private final PostgresProgram program;
    private final Path folder;
    private final PostgresData data;
    private final Watcher watcher;
    private final Superuser superuser;
    private int port;
    private Process server;

    /** The superuser's name and password. Printing it shows the name alone. */
    public record Superuser(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    private PrivatePostgres(PostgresProgram program, Superuser superuser) throws IOException {
        this.program = program;
        this.superuser = superuser;
        this.folder = Files.createTempDirectory("keyturn-postgres");
        this.data = new PostgresData(folder);
        this.watcher = Watcher.over(folder, ENDING);
    }

    /** Starts a server whose superuser {@code postgres} has a random password. */
    public static PrivatePostgres start() {
        return start(Map.of());
    }

    /** As {@link #start()}, with settings of {@code postgresql.conf}. */
    public static PrivatePostgres start(Map<String, String> serverSettings) {
        return start(serverSettings, randomPassword());
    }

    /** As {@link #start(Map)}, with the password that the superuser {@code postgres} is to have. */
    public static PrivatePostgres start(Map<String, String> serverSettings, String superuserPassword) {
        return start(PostgresProgram.unpacked(), serverSettings, superuserPassword);
    }

    /** As {@link #start(Map)}, of another version: with the programs in this folder, as an installation has them. */
    public static PrivatePostgres startFrom(Path programs, Map<String, String> serverSettings) {
        try {
            return start(PostgresProgram.in(programs), serverSettings, randomPassword());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String randomPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static PrivatePostgres start(
            PostgresProgram program, Map<String, String> serverSettings, String superuserPassword) {
        PrivatePostgres started = null;
        try {
            started = new PrivatePostgres(program, new Superuser("postgres", superuserPassword));
            started.data.initialise(program, started.superuser, started.host(), serverSettings);
            started.startOnAFreePort();
            return started;
        } catch (IOException | RuntimeException failed) {
            if (started != null) {
                started.close();
            }
            throw failed instanceof RuntimeException already
                    ? already
                    : new SandboxException("PostgreSQL did not start: " + failed, failed);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    public Superuser superuser() {
        return superuser;
    }

    /** The folder that holds the data ({@code data}), the log and the socket; for certificates too. */
    public Path folder() {
        return folder;
    }

    /** The process ID of the postmaster. */
    public long pid() {
        return server.pid();
    }

    public boolean isRunning() {
        return server.isAlive();
    }

    /** What the server has logged since it was made. */
    public String logText() {
        return data.logText();
    }

    /** Replaces {@code pg_hba.conf}, in force for the next connection: {@code "host all all all trust"}. */
    public void authenticateBy(String... lines) {
        data.authenticateBy(List.of(lines));
        int before = data.reloads();
        // Not by a statement: the superuser's password may have been changed.
        Processes.signal("HUP", server.pid());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (data.reloads() == before && System.nanoTime() < deadline) {
            pause();
        }
    }

    /**
     * Has the socket trust nobody: who runs this process comes in there as these roles by peer authentication, and as no other. In force
     * for the next connection.
     */
    public void authenticatePeers(String... roles) {
        data.mapPeer("sandbox", program.osUser(), List.of(roles));
        authenticateBy("local all all peer map=sandbox", "host all all all scram-sha-256");
    }

    /** Runs each statement for itself as the superuser, in the database {@code postgres}. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            // The driver's exception may quote the statement.
            throw new SandboxException("PostgreSQL refused a statement: SQLSTATE " + e.getSQLState());
        }
    }

    /** A new session of the superuser over TCP in the database {@code postgres}. */
    public Connection connect() throws SQLException {
        return connect(superuser.user(), superuser.password());
    }

    /** A new session in the database {@code postgres}; gives up after ten seconds. */
    public Connection connect(String user, String password) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host()});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser(user);
        source.setPassword(password);
        source.setLoginTimeout(10);
        return source.getConnection();
    }

    /** Stops the server as an administrator would: sessions are ended, what is committed stays. */
    public void stop() {
        Processes.signal("INT", server.pid());
        await(server, "did not stop");
    }

    /** Kills every process of the server at once, as the kernel does when memory ends. */
    public void kill() {
        List<ProcessHandle> all = all();
        all.forEach(ProcessHandle::destroyForcibly);
        await(server, "survived SIGKILL");
        all.forEach(PrivatePostgres::awaitEnd);
        data.forgetPostmaster();
    }

    /** Starts the server again on the same port and data; stops it first if it runs. */
    public void restart() {
        if (server.isAlive()) {
            resume();
            stop();
        }
        try {
            if (!started()) {
                throw new SandboxException("PostgreSQL did not start again on port " + port + ": " + data.lastOfLog());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops every process of the server where it stands: connections are taken by the kernel, and nobody answers. */
    public void suspend() {
        all().forEach(process -> Processes.signal("STOP", process.pid()));
    }

    /** Lets a suspended server go on. */
    public void resume() {
        all().forEach(process -> Processes.signal("CONT", process.pid()));
    }

    /** Removes the server and its folder; idempotent. */
    @Override
    public void close() {
        if (server != null && server.isAlive()) {
            resume();
        }
        watcher.close();
    }

    /** Between finding a free port and using it another process may take it: then the next one. */
    private void startOnAFreePort() throws IOException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host()))) {
                port = free.getLocalPort();
            }
            if (started()) {
                return;
            }
        }
        throw new SandboxException("PostgreSQL did not start on any of " + ATTEMPTS + " ports: " + data.lastOfLog());
    }

    private boolean started() throws IOException {
        List<String> command = new ArrayList<>();
        // A session of its own: a Ctrl-C on the terminal is not meant for the server.
        command.add("setsid");
        command.addAll(program.command("postgres", "-D", data.folder().toString(), "-p", Integer.toString(port)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(data.log().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        server = builder.start();
        server.getOutputStream().close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
        while (server.isAlive() && System.nanoTime() < deadline) {
            if (data.saysReady(server.pid())) {
                return true;
            }
            pause();
        }
        if (server.isAlive()) {
            kill();
        }
        return false;
    }

    private List<ProcessHandle> all() {
        List<ProcessHandle> all = new ArrayList<>();
        all.add(server.toHandle());
        server.descendants().forEach(all::add);
        return all;
    }

    private static void awaitEnd(ProcessHandle process) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Processes.run(process.pid()) && System.nanoTime() < deadline) {
            pause();
        }
    }

    private void await(Process process, String otherwise) {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new SandboxException("PostgreSQL in " + folder + " " + otherwise + " within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
