package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.RedisExecProvider;

/**
 * A real Redis 7.0.15 of one's own, on a free port of 127.0.0.1, with a folder of its own that {@link #close()}
 * removes. Values stand in its files (mode 0600, in a folder of mode 0700) or go through its standard input, never in its
 * arguments. Its keys are kept by an append-only file that is written through at every command, so that they outlive {@link #kill()}.
 *
 * <p>Nothing is left behind: a shutdown hook closes it when the JVM ends, and a {@link Watcher} does so when the JVM is
 * killed. Not safe for use by several threads.
 */
public final class PrivateRedis implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final int PORTS_TO_TRY = 5;

    /** Where the accounts of a server come from at its start, which decides how a change of them persists. */
    public enum Persistence {
        /** {@code requirepass} in the configuration file; {@code CONFIG REWRITE} works. */
        REQUIREPASS,
        /** Users in an {@code aclfile}; {@code ACL SAVE} works. */
        ACL_FILE,
        /** {@code user} lines in the configuration file; {@code CONFIG REWRITE} works. */
        ACL_IN_CONFIG,
        /** No configuration file, as with passwords in a container's arguments: nothing persists. */
        NONE
    }

    /**
     * A user besides {@code default}.
     *
     * @param rules the rules after the password, for example {@code on ~* &* +@all}
     */
    public record User(String name, String password, String rules) {
        /** A user that may do everything. */
        public static User of(String name, String password) {
            return new User(name, password, "on ~* &* +@all");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * How a server starts.
     *
     * @param password of the user {@code default}
     * @param users more users
     * @param config more lines of the configuration
     */
    public record Layout(Persistence persistence, String password, List<User> users, List<String> config) {
        public Layout {
            users = List.copyOf(users);
            config = List.copyOf(config);
        }

        public static Layout of(Persistence persistence, String password) {
            return new Layout(persistence, password, List.of(), List.of());
        }

        /** This layout with one more user; not with {@link Persistence#REQUIREPASS}, which has none. */
        public Layout with(User user) {
            List<User> more = new ArrayList<>(users);
            more.add(user);
            return new Layout(persistence, password, more, config);
        }

        /** This layout with one more line of configuration. */
        public Layout with(String line) {
            List<String> more = new ArrayList<>(config);
            more.add(line);
            return new Layout(persistence, password, users, more);
        }

        @Override
        public String toString() {
            return persistence + " " + users;
        }
    }

    private final Layout layout;
    private final Path folder;
    private final Thread hook = new Thread(this::remove, "close a private Redis");
    private int port;
    private Process server;
    private Watcher watcher;
    private boolean closed;

    private PrivateRedis(Layout layout, Path folder) {
        this.layout = layout;
        this.folder = folder;
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @throws SandboxException if it does not come up within ten seconds, with its log
     */
    public static PrivateRedis start(Layout layout) {
        try {
            PrivateRedis redis = new PrivateRedis(layout, Files.createTempDirectory("keyturn-redis-"));
            Runtime.getRuntime().addShutdownHook(redis.hook);
            try {
                redis.unpack();
                redis.launchOnAFreePort();
                return redis;
            } catch (IOException | RuntimeException e) {
                redis.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SandboxException("Redis does not start: " + e, e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** The process ID of the server as it runs now. */
    public long pid() {
        return server.pid();
    }

    /** What the server has logged since it was first started. */
    public String logText() {
        return text(file("redis.log"));
    }

    /** The files that a restart reads accounts from, the configuration and the users, as they are now; else empty. */
    public String configText() {
        return text(configFile()) + text(file("users.acl"));
    }

    /** The configuration file; with {@link Persistence#NONE} there is none. */
    public Path configFile() {
        return file("redis.conf");
    }

    /** The server's own folder. */
    public Path folder() {
        return folder;
    }

    /** Ends the server in its own way; it can be restarted. */
    public void stop() {
        dismissWatcher();
        if (server.isAlive()) {
            resume();
            server.destroy();
            if (!ends(server)) {
                kill();
            }
        }
    }

    /** Ends the server at once, as a power failure does; it can be restarted. */
    public void kill() {
        dismissWatcher();
        server.destroyForcibly();
        if (!ends(server)) {
            throw new SandboxException("Redis with process ID " + pid() + " does not end");
        }
    }

    /** Starts the server again with the same port and folder; one that runs is stopped first. */
    public void restart() {
        stop();
        try {
            if (!launch()) {
                throw new SandboxException("Redis does not start again on port " + port + ":\n" + logText());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the server hang (SIGSTOP): it still takes connections and never answers. */
    public void suspend() {
        signal("-STOP");
    }

    /** Lets a hanging server go on. */
    public void resume() {
        signal("-CONT");
    }

    /** Ends the server and removes its folder; idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            remove();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is ending: the hook runs, and finds nothing left to do.
            }
        }
    }

    private synchronized void remove() {
        if (server != null) {
            kill();
        }
        Folders.delete(folder);
    }

    private void launchOnAFreePort() throws IOException {
        for (int tried = 0; tried < PORTS_TO_TRY; tried++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            if (layout.persistence() != Persistence.NONE) {
                writePrivately(configFile(), config());
            }
            if (layout.persistence() == Persistence.ACL_FILE) {
                writePrivately(file("users.acl"), users());
            }
            if (launch()) {
                return;
            }
        }
        throw new SandboxException("Redis does not start:\n" + logText());
    }

    /** Whether it came up; false if it ended, which it does when the port was taken in the meantime. */
    private boolean launch() throws IOException {
        int before = logText().length();
        String configuration =
                layout.persistence() == Persistence.NONE ? "-" : configFile().toString();
        // A session of its own: a Ctrl-C on the terminal is not meant for the server.
        server = new ProcessBuilder("setsid", file("redis-server").toString(), configuration)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(file("redis.log").toFile()))
                .start();
        watcher = Watcher.over(folder, "kill -9 \"$2\"", Long.toString(server.pid()));
        try (OutputStream in = server.getOutputStream()) {
            if (layout.persistence() == Persistence.NONE) {
                in.write(config().getBytes(UTF_8));
            }
        } catch (IOException e) {
            // It has ended already: the loop below says so, with its log.
        }
        long end = System.nanoTime() + START.toNanos();
        while (server.isAlive() && System.nanoTime() < end) {
            if (logText().indexOf("Ready to accept connections", before) >= 0) {
                return true;
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        kill();
        return false;
    }

    private void dismissWatcher() {
        if (watcher != null) {
            watcher.dismiss();
            watcher = null;
        }
    }

    private String config() {
        List<String> lines = new ArrayList<>(List.of(
                "bind 127.0.0.1",
                "port " + port,
                "dir " + folder,
                "save \"\"",
                "appendonly yes",
                "appendfsync always",
                "auto-aof-rewrite-percentage 0",
                "repl-diskless-sync-delay 0"));
        switch (layout.persistence()) {
            case REQUIREPASS -> lines.add("requirepass " + quoted(layout.password()));
            case ACL_FILE -> lines.add("aclfile " + file("users.acl"));
            case ACL_IN_CONFIG, NONE -> lines.addAll(users().lines().toList());
        }
        lines.addAll(layout.config());
        return String.join("\n", lines) + "\n";
    }

    /** One line a user, with a hash for the password, as both files take it. */
    private String users() {
        List<User> all = new ArrayList<>(layout.users());
        all.add(0, User.of("default", layout.password()));
        StringBuilder lines = new StringBuilder();
        for (User user : all) {
            // Only the configuration file knows quotes; in an aclfile they belong to the name.
            String name = layout.persistence() == Persistence.ACL_FILE ? user.name() : quoted(user.name());
            lines.append("user %s #%s %s\n".formatted(name, sha256(user.password()), user.rules()));
        }
        return lines.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The program, in the server's folder, so that it goes with it: embedded-redis would leave it where temporary files are. */
    private void unpack() throws IOException {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String chip = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        String resource = "/redis-server-7.0.15-" + name + "-" + chip;
        try (InputStream in = RedisExecProvider.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new SandboxException("No Redis for this machine on the class path; expected " + resource);
            }
            Files.copy(in, file("redis-server"));
        }
        Files.setPosixFilePermissions(file("redis-server"), PosixFilePermissions.fromString("rwx------"));
    }

    private static void writePrivately(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text);
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            if (Commands.run(List.of("kill", signal, Long.toString(pid())), "").status() != 0) {
                throw new SandboxException("kill " + signal + " does not reach Redis with process ID " + pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ends(Process process) {
        try {
            return process.waitFor(STOP.toSeconds(), SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    private Path file(String name) {
        return folder.resolve(name);
    }
}
