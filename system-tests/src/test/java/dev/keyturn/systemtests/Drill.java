package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.ManifestReader;
import dev.keyturn.steps.manifest.StorePlace;
import dev.keyturn.steps.store.Deployment;
import dev.keyturn.steps.store.FileStore;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.worker.LocalEnvironments;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The system of eleven secrets with one consumer, taken over into a store, and the questions that every test asks of it. It may be
 * rotated again and again: each test compares with what was there before it.
 */
final class Drill implements AutoCloseable {
    /** What the service of the manifest is started from and where it keeps what it holds. */
    private static final String SERVICE = """
              app:
                witness: {reads: .env, holds: running}
                uses: [database_url, readonly_url, redis_url, session_signing_secret]
                check: [{witnessed: {holds: running}}]
            """;

    private static final Pattern RUN_OF_AN_ENTRY = Pattern.compile("\"run\":\"([^\"]+)\"");

    private final ElevenSecrets system;
    private final Faults faults = new Faults();
    private Environment environment;
    private boolean storeLost;
    private final Set<String> cutOffWhileRecorded = new HashSet<>();

    private Drill(ElevenSecrets system) {
        this.system = system;
        this.environment = environments(faults).open(system.manifest());
    }

    static Environments environments(Faults faults) {
        return faults.environments(new Witness.Technologies(), new Witness.Checking());
    }

    static Drill start(Path folder) {
        return start(folder, Map.of());
    }

    static Drill start(Path folder, Map<String, String> postgresSettings) {
        Drill drill = notImported(folder, postgresSettings);
        Outcome imported = drill.run(Purpose.IMPORT);
        assertThat(imported.kind()).as(imported.toString()).isEqualTo(Outcome.Kind.DONE);
        return drill;
    }

    static Drill notImported(Path folder, Map<String, String> postgresSettings) {
        Map<String, String> settings = new HashMap<>(PrivatePostgres.CHEAP_LOGINS);
        settings.putAll(postgresSettings);
        ElevenSecrets system = ElevenSecrets.start(folder, settings, SERVICE);
        try {
            Files.createDirectories(folder.resolve("running"));
            Files.copy(system.envFile(), folder.resolve("running/env"));
        } catch (IOException e) {
            system.close();
            throw new UncheckedIOException(e);
        }
        return new Drill(system);
    }

    /** The store's folder and its key file are gone, as with a disk; the next command meets none. */
    void loseStore() {
        storeLost = true;
        environment.close();
        StorePlace place = manifest().store();
        try (Stream<Path> found = Files.walk(place.directory())) {
            for (Path path : Stream.concat(found.sorted(Comparator.reverseOrder()), Stream.of(place.keyFile()))
                    .toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = environments(faults).open(system.manifest());
    }

    ElevenSecrets system() {
        return system;
    }

    Faults faults() {
        return faults;
    }

    Environment environment() {
        return environment;
    }

    /** The same system as Keyturn sees it with a patience of one second; the caller closes it. */
    Environment hasty() {
        Path manifest = system.manifest();
        try {
            Path hasty = Files.writeString(
                    manifest.resolveSibling("hasty.yaml"), read(manifest).replace("patience: 20s", "patience: 1s"));
            return environments(faults).open(hasty);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Request request(Purpose purpose) {
        return Request.of("prod", purpose, "a test");
    }

    Outcome run(Purpose purpose) {
        return run(request(purpose));
    }

    /** The same request without a backup, whose encryption takes longer than all the rest. */
    static Request withoutBackup(Purpose purpose) {
        Request r = request(purpose);
        return new Request(r.environment(), purpose, r.only(), false, r.force(), r.reason(), r.by(), r.digest());
    }

    Outcome run(Request request) {
        return environment.run(request, progress -> {});
    }

    /** Repairs as soon as the lock of a run that ended without giving it back has run out. */
    Outcome repairWhenFree() {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (state().header()
                .holder()
                .filter(h -> Instant.now().isBefore(h.until()))
                .isPresent()) {
            assertThat(System.nanoTime()).as("the lock is not given up").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
        return run(withoutBackup(Purpose.REPAIR));
    }

    /**
     * What lies there.
     *
     * @param values by secret, as published
     * @param files by path: owner, mode and content
     * @param held what the consumer was started with
     * @param current by secret: the current version
     * @param next by secret: the number that the next version gets
     */
    record Picture(
            Map<String, String> values,
            Map<String, String> files,
            List<String> held,
            Map<String, Integer> current,
            Map<String, Integer> next) {}

    Picture picture() {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Integer> current = new TreeMap<>();
        Map<String, Integer> next = new TreeMap<>();
        State state = state();
        for (String name : system.names()) {
            values.put(name, read(system.keyFile(name)));
            current.put(name, state.current(name).map(Version::number).orElse(0));
            next.put(name, state.nextNumber(name));
        }
        return new Picture(values, files(), held(), current, next);
    }

    List<String> held() {
        try {
            return Witness.held(system.folder().resolve("running"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each published file with its mode, its owner and its bytes. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(system.folder().resolve("infra"))) {
            for (Path path : Stream.concat(found, Stream.of(system.envFile())).toList()) {
                String content = Files.isRegularFile(path) ? read(path) : "folder";
                files.put(
                        path.toString(),
                        Files.getPosixFilePermissions(path) + " " + Files.getOwner(path) + "\n" + content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Keyturn has never been here: no store, and no service that it redeployed. */
    void forget() {
        loseStore();
        try {
            Files.deleteIfExists(system.folder().resolve("running/generation"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The store's contents, read past every lock. */
    State state() {
        return state(system.manifest());
    }

    private Manifest manifest() {
        return manifest(system.manifest());
    }

    /** The contents of this manifest's store, read past every lock; it must exist. */
    static State state(Path file) {
        Manifest manifest = manifest(file);
        try (FileStore store =
                FileStore.open(manifest.store(), manifest.environment(), Clock.systemUTC(), Duration.ofSeconds(30))) {
            return store.read();
        }
    }

    private static Manifest manifest(Path file) {
        return ManifestReader.read(file, technologies());
    }

    /** What is installed, and the tests' own. */
    static List<Technology> technologies() {
        return Stream.concat(
                        LocalEnvironments.technologies().stream(),
                        Stream.of(new Witness.Technologies(), new Witness.Checking()))
                .toList();
    }

    Logins logins() {
        return new Logins(system.postgres().port(), system.redis().port());
    }

    /** A run that is cut off when it was closed in the store has no end in the audit yet: the next that takes the lock writes it. */
    void lastRunWasCutOffAt(Spot spot) {
        if (spot.equals(new Spot(Spot.RECORD, Moment.MIDDLE))) {
            List<Run> runs = state().runs();
            cutOffWhileRecorded.add(runs.get(runs.size() - 1).id());
        }
    }

    /** Everything is as it was: every byte, every login; and what was tried in between opens nothing. */
    void assertBackAt(Picture before) {
        Picture now = picture();
        assertThat(now.files()).as("published files").isEqualTo(before.files());
        assertThat(now.current()).as("current versions").isEqualTo(before.current());
        assertThat(now.held()).as("what the consumer holds").isEqualTo(before.held());
        logins().assertAccepted(before.values());
        State state = state();
        for (String name : system.names()) {
            state.versions().stream()
                    .filter(v -> v.secret().equals(name)
                            && v.number() >= before.next().get(name))
                    .flatMap(v -> v.value().stream())
                    .forEach(value -> logins().assertRefused(name, value.reveal()));
        }
        assertConsistent();
    }

    /** Everybody is on new values, which are the next version and no later one; the old ones open nothing. */
    void assertMovedOn(Picture before) {
        Picture now = picture();
        for (String name : system.names()) {
            boolean given = name.startsWith("oidc");
            assertThat(now.current().get(name))
                    .as("version of " + name)
                    .isEqualTo(
                            given ? before.current().get(name) : before.next().get(name));
            if (!given) {
                assertThat(now.values().get(name).equals(before.values().get(name)))
                        .as("old value of " + name + " still published")
                        .isFalse();
                logins().assertRefused(name, before.values().get(name));
            }
        }
        logins().assertAccepted(now.values());
        assertThat(now.held()).as("what the consumer holds").isEqualTo(lines(system.envFile()));
        assertThat(withoutValues(now.files()))
                .as("files, modes, owners and lines that are not of a secret")
                .isEqualTo(withoutValues(before.files()));
        assertConsistent();
    }

    /** What a rotation must leave as it is: all but the values themselves. */
    private Map<String, String> withoutValues(Map<String, String> files) {
        Map<String, String> shapes = new TreeMap<>();
        files.forEach((path, content) -> {
            boolean key = system.names().stream()
                    .anyMatch(name -> path.equals(system.keyFile(name).toString()));
            boolean env = path.equals(system.envFile().toString());
            String shape = key
                    ? content.replaceFirst("(?s)\n[^\n]+", "\nvalue")
                    : env ? content.replaceAll("(?m)^(\\w+_URL|SESSION_KEY)=.*$", "$1=value") : content;
            shapes.put(path, shape);
        });
        return shapes;
    }

    /** Store, copies, accounts and audit agree, nothing is pending and nobody holds the lock. */
    void assertConsistent() {
        assertThat(environment.check()).as("check").allMatch(remark -> remark.severity() == Remark.Severity.NOTES);
        State state = state();
        assertThat(state.openRun()).as("open run").isEmpty();
        // Of a process that was killed while it gave the lock back the name may stay; it keeps nobody out.
        assertThat(state.header()
                        .holder()
                        .filter(h -> Instant.now().isBefore(h.until()))
                        .filter(h -> ProcessHandle.of(h.pid()).isPresent()))
                .as("holder of the lock")
                .isEmpty();
        assertThat(state.versions()).as("versions").noneMatch(v -> v.status() == Version.Status.PENDING);
        for (String name : system.names()) {
            Optional<SecretValue> current = state.current(name).flatMap(Version::value);
            assertThat(current.equals(Optional.of(SecretValue.of(read(system.keyFile(name))))))
                    .as("key file of " + name + " holds the current version")
                    .isTrue();
        }
        try {
            Path running = system.folder().resolve("running");
            assertThat(Witness.failedLogins(running))
                    .as("logins of the consumer that fail")
                    .isEmpty();
            // A store that was rebuilt knows of no redeployment until there is one.
            if (!storeLost || state.deployments().containsKey("app")) {
                assertThat(Optional.ofNullable(state.deployments().get("app"))
                                .filter(Deployment::complete)
                                .map(Deployment::generation))
                        .as("what the store says of the consumer's generation")
                        .isEqualTo(Witness.generation(running));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertAudited(state);
    }

    /** Each run that was closed has one beginning and one end in the audit. */
    private void assertAudited(State state) {
        List<String> audit = lines(system.folder().resolve(".keyturn/prod/audit.jsonl"));
        Map<String, Long> begun = entries(audit, "begun");
        Map<String, Long> ended = entries(audit, "ended");
        for (Run run : state.runs()) {
            if (run.phase() == Run.Phase.CLOSED) {
                assertThat(begun.getOrDefault(run.id(), 0L))
                        .as("begun in the audit: " + run.id())
                        .isEqualTo(1);
                assertThat(ended.getOrDefault(run.id(), 0L))
                        .as("ended in the audit: " + run.id())
                        .isBetween(cutOffWhileRecorded.contains(run.id()) ? 0L : 1L, 1L);
            }
        }
    }

    /** How often each run has such an entry. */
    private static Map<String, Long> entries(List<String> audit, String event) {
        return audit.stream()
                .filter(line -> line.contains("\"event\":\"" + event + "\""))
                .map(RUN_OF_AN_ENTRY::matcher)
                .filter(Matcher::find)
                .collect(Collectors.groupingBy(entry -> entry.group(1), Collectors.counting()));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        return read(file).lines().toList();
    }

    @Override
    public void close() {
        environment.close();
        system.close();
    }
}
