package dev.keyturn.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@link Consumer} in a process of its own, and the command that restarts it. Closing it ends the process that runs
 * then, also one that a restart by somebody else has started.
 */
public final class ConsumerHandle implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);

    private final ConsumerConfig config;
    private final List<String> command;

    private ConsumerHandle(ConsumerConfig config, List<String> command) {
        this.config = config;
        this.command = command;
    }

    /**
     * Writes everything that a consumer needs into its folder, and starts nothing.
     *
     * @param folder the consumer's own; made if it is not there
     */
    public static ConsumerHandle prepare(
            Path folder, Duration interval, List<Path> envFiles, List<ConsumerConfig.Login> logins) {
        ConsumerConfig config = new ConsumerConfig(folder, freePort(), interval, envFiles, logins);
        try {
            config.store();
            Path script = config.folder().resolve("restart-consumer.sh");
            try (InputStream in = ConsumerHandle.class.getResourceAsStream("restart-consumer.sh")) {
                Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
            }
            return new ConsumerHandle(config, command(config, script));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(ConsumerConfig config, Path script) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("/bin/sh", script.toString(), config.file().toString(), "" + START.toSeconds()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx64m"));
        command.addAll(List.of("-cp", location(Consumer.class) + ":" + location(driver())));
        command.addAll(List.of(Consumer.class.getName(), config.file().toString()));
        return List.copyOf(command);
    }

    /** What a {@code command} redeployer is to run: an argument list that holds paths and no value. */
    public List<String> restartCommand() {
        return command;
    }

    /**
     * Starts it, or starts it anew, and returns when every target has taken its first login.
     *
     * @throws SandboxException with the reason if it ended before
     */
    public void restart() {
        run(command);
    }

    /** Ends the process as {@code kill -TERM} does, if one runs. */
    public void stop() {
        run(command.subList(0, 4));
    }

    /** The address of {@code /health}. */
    public URI health() {
        return URI.create("http://127.0.0.1:" + config.healthPort() + "/health");
    }

    /** Whether {@code /health} answers 200 now. */
    public boolean isHealthy() {
        try {
            HttpURLConnection connection = (HttpURLConnection) health().toURL().openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(2_000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** The process that was started last, if it still runs. */
    public Optional<ProcessHandle> process() {
        try {
            return Files.exists(config.pid())
                    ? ProcessHandle.of(Long.parseLong(
                                    Files.readString(config.pid()).strip()))
                            .filter(this::isConsumer)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Told by its arguments: they are gone with the process, even if nobody asks for its status, and no other has them. */
    private boolean isConsumer(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains(config.file().toString());
        } catch (IOException e) {
            return false;
        }
    }

    /** What all its processes have seen so far. */
    public Traffic traffic() {
        try {
            return Traffic.read(config.journal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder with the journal and the output. */
    public Path folder() {
        return config.folder();
    }

    @Override
    public void close() {
        stop();
    }

    private static void run(List<String> command) {
        try {
            Commands.Done done = Commands.run(command, "");
            if (done.status() != 0) {
                throw new SandboxException(
                        "The consumer does not run: " + done.output().strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asked for by its URL: the driver's own class cannot be named without warnings about annotations that it lacks. */
    private static Class<?> driver() {
        try {
            return DriverManager.getDriver("jdbc:postgresql:").getClass();
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL's driver is not on the class path", e);
        }
    }

    private static Path location(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
