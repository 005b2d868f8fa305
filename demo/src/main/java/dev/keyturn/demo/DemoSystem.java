package dev.keyturn.demo;

import dev.keyturn.sandbox.ConsumerConfig.Login;
import dev.keyturn.sandbox.ConsumerHandle;
import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.sandbox.Watcher;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The system that is shown: two servers, files and a consumer, all its own. Closing it removes all of it. */
final class DemoSystem implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(100);

    /** Ends the consumer, told by its arguments from a process that got its number since. */
    private static final String ENDING = """
            pid=$(cat "$folder/consumer/pid" 2>/dev/null)
            if [ -n "$pid" ] && tr '\\0' '\\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -Fxq -- "$folder/consumer/consumer.properties"; then
              kill -KILL "$pid"
            fi
            """;

    private final Place place;
    private final Watcher watcher;
    private final ConsumerHandle consumer;
    private final ElevenSecrets secrets;

    private DemoSystem(Place place) throws IOException {
        this.place = place;
        this.watcher = Watcher.over(place.root(), ENDING);
        try {
            Path envFile = place.system().resolve(".env");
            this.consumer = ConsumerHandle.prepare(
                    place.consumer(),
                    EVERY,
                    List.of(envFile),
                    List.of(
                            Login.byUrl("database", "DATABASE_URL"),
                            Login.byUrl("readonly", "READONLY_URL"),
                            Login.byUrl("redis", "REDIS_URL")));
            this.secrets = ElevenSecrets.start(Files.createDirectory(place.system()), Map.of(), services());
        } catch (IOException | RuntimeException e) {
            watcher.close();
            throw e;
        }
    }

    /**
     * Starts it all in a folder that is empty and then this system's own.
     *
     * @param patience how long a run waits for what does not answer, in whole seconds
     */
    static DemoSystem start(Place place, Duration patience) throws IOException {
        DemoSystem system = new DemoSystem(place);
        try {
            PrivatePostgres postgres = system.secrets.postgres();
            place.remember(
                    postgres.port(),
                    system.secrets.redis().port(),
                    postgres.folder(),
                    system.secrets.redis().folder());
            system.setPatience(patience);
            copy(place.system(), place.before());
            system.consumer.restart();
            return system;
        } catch (IOException | RuntimeException e) {
            system.close();
            throw e;
        }
    }

    private String services() throws IOException {
        Path script = place.root().resolve("redeploy.sh");
        try (InputStream in = DemoSystem.class.getResourceAsStream("redeploy.sh")) {
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", script.toString(), place.root().toString()));
        command.addAll(consumer.restartCommand());
        String list = command.stream()
                .map(word -> "'" + word.replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
        return "  app:\n    command: [" + list + "]\n"
                + "    uses: [database_url, readonly_url, redis_url, session_signing_secret]\n"
                + "    check: [{http: \"" + consumer.health() + "\"}]\n";
    }

    PrivatePostgres postgres() {
        return secrets.postgres();
    }

    private void setPatience(Duration patience) throws IOException {
        String manifest = Files.readString(place.manifest());
        Files.writeString(
                place.manifest(), manifest.replaceFirst("patience: \\S+", "patience: " + patience.toSeconds() + "s"));
    }

    /** Everything in it with its modes and times. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> found = Files.walk(from)) {
            for (Path path : found.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        try (watcher;
                secrets;
                consumer) {
            // They end from the last to the first.
        }
    }
}
