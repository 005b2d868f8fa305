package dev.keyturn.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * A server of one's own from a program of the rig, on a free port of 127.0.0.1, that a test may kill and start again. It keeps
 * its data in a folder of the test. A shutdown hook kills it when the JVM ends.
 */
public final class PrivateServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private final List<String> command;
    private final Thread hook = new Thread(this::kill, "kill a private server");
    private Process process;

    private PrivateServer(Path folder, IntFunction<List<String>> command) {
        this.folder = folder;
        this.port = freePort();
        this.command = command.apply(port);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A Temporal development server with its database in this folder; needs {@link OnTemporal}. Returns when it accepts connections. */
    public static PrivateServer temporal(Path folder) {
        String program = Variables.get("KEYTURN_RIG_TEMPORAL_CLI");
        return started(new PrivateServer(
                folder,
                port -> List.of(
                        program,
                        "server",
                        "start-dev",
                        "--headless",
                        "--ip",
                        "127.0.0.1",
                        "--port",
                        "" + port,
                        "--log-level",
                        "error",
                        "--db-filename",
                        folder.resolve("temporal.db").toString())));
    }

    /**
     * A mongod with logins switched on and without users, its data in this folder, which must exist; needs {@link OnMongo}
     * and the rig: a test for which Testcontainers stands is aborted, as one that is left out. Returns when it accepts connections.
     *
     * @param more further arguments
     */
    public static PrivateServer mongod(Path folder, String... more) {
        Part.MONGODB.leavesOutUnlessUp();
        String program = Variables.get("KEYTURN_RIG_MONGOD");
        return started(new PrivateServer(folder, port -> {
            List<String> command = new ArrayList<>(List.of(
                    program,
                    "--auth",
                    "--bind_ip",
                    "127.0.0.1",
                    "--port",
                    "" + port,
                    "--dbpath",
                    folder.toString(),
                    "--nounixsocket",
                    "--wiredTigerCacheSizeGB",
                    "0.25",
                    "--setParameter",
                    "diagnosticDataCollectionEnabled=false"));
            command.addAll(List.of(more));
            return command;
        }));
    }

    public int port() {
        return port;
    }

    /** Starts it, unless it runs, and returns when it accepts connections. */
    public void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        try {
            Path log = folder.resolveSibling(folder.getFileName() + ".log");
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            long end = System.nanoTime() + START.toNanos();
            while (!accepts()) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(command.get(0) + " did not come up on port " + port + " within "
                            + START.toSeconds() + " s; its log is " + log);
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + command.get(0), e);
        }
    }

    /** SIGKILL; returns when it has ended. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private static PrivateServer started(PrivateServer server) {
        try {
            server.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
