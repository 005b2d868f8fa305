package dev.keyturn.steps.store;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.manifest.StorePlace;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the tests of stores, audits and backups have in common. */
public final class Stores {
    public static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");
    public static final Duration LEASE = Duration.ofMinutes(1);

    private Stores() {}

    public static StorePlace place(Path folder) {
        return new StorePlace(folder.resolve("store"), folder.resolve("keys/store.key"));
    }

    public static FileStore create(Path folder) {
        return FileStore.create(place(folder), "test", Clock.systemUTC(), LEASE);
    }

    public static FileStore open(Path folder) {
        return FileStore.open(place(folder), "test", Clock.systemUTC(), LEASE);
    }

    public static Version version(String secret, int number, Version.Status status, String value) {
        return new Version(
                secret, number, status, Version.Origin.GENERATED, Optional.of(SecretValue.of(value)), NOW, NOW, false);
    }

    public static Run run(String id, Map<String, Integer> from, Map<String, Integer> to) {
        return new Run(
                id,
                Purpose.ROTATE,
                Run.Phase.PREPARED,
                from,
                to,
                moves(to),
                "digest",
                "ann",
                "yearly",
                NOW,
                Optional.empty(),
                "");
    }

    private static Map<String, Run.Move> moves(Map<String, Integer> to) {
        return to.keySet().stream()
                .collect(Collectors.toMap(
                        secret -> secret,
                        secret -> new Run.Move(
                                Course.PASSWORD_IN_PLACE, Version.Origin.GENERATED, Run.Overwrite.NOTHING)));
    }

    public static Snapshot snapshot(String part, byte[] content) {
        return new Snapshot(new TreeMap<>(
                Map.of(part, new Snapshot.Part(content, Map.of("mode", "0640", "owner", "root", "group", "root")))));
    }

    /** Fills a store with {@code secrets} secrets of {@code each} versions. */
    public static State filled(State empty, int secrets, int each) {
        List<Version> versions = new ArrayList<>();
        for (int s = 0; s < secrets; s++) {
            for (int n = 1; n <= each; n++) {
                Version.Status status = n == each ? Version.Status.CURRENT : Version.Status.PREVIOUS;
                versions.add(version("secret_" + s, n, status, "value-of-" + s + "-and-" + n + "-with-some-length"));
            }
        }
        return empty.withVersions(versions);
    }

    public static State update(FileStore store, java.util.function.UnaryOperator<State> change) {
        Fence fence = store.take("filling");
        try {
            return store.update(fence, change);
        } finally {
            store.release(fence);
        }
    }

    /** A second Java process that runs a main class of the tests, its output in a pipe. */
    public static Process java(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
