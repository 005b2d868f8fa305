package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A signing key with a second place for verifiers, in an env file, and the service that reads it: a system without a server. */
final class Keys implements AutoCloseable {
    static final String FIRST = "Zq7first0signing0key0Xw4first0signing0key0";

    /** A service that reads the env file when it is started. */
    static final String WITNESS = """
              app:
                witness: {reads: .env, holds: running}
                uses: [key]
                check: [{witnessed: {holds: running}}]
            """;

    private final Path folder;
    private final Faults faults = new Faults();
    private Environment environment;

    private Keys(Path folder) {
        this.folder = folder;
        this.environment = Drill.environments(faults).open(manifest());
    }

    /**
     * Writes the files and takes the key over into a store.
     *
     * @param overlap for how long tokens that were signed with the old key must verify
     * @param services the manifest's section, indented by two spaces
     */
    static Keys start(Path folder, String overlap, String services) {
        return start(folder, overlap, services, FIRST);
    }

    /** @param verified what stands in the key's second place from the beginning */
    static Keys start(Path folder, String overlap, String services, String verified) {
        try {
            Path env = Files.writeString(folder.resolve(".env"), "KEY=" + FIRST + "\nKEY_OLD=" + verified + "\n");
            Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-------"));
            Files.createDirectories(folder.resolve("running"));
            Files.copy(env, folder.resolve("running/env"));
            Files.writeString(folder.resolve("keyturn.yaml"), """
                    environment: keys
                    secrets:
                      key: {generate: base64url(32), overlap: %s}
                    publish:
                      - env-file: {path: .env, keys: {KEY: key, KEY_OLD: key.previous}}
                    services:
                    %s""".formatted(overlap, services));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Keys keys = new Keys(folder);
        keys.done(Purpose.IMPORT);
        return keys;
    }

    static Request request(Purpose purpose) {
        return new Request("keys", purpose, java.util.List.of(), false, false, "", "a test", "");
    }

    /** The folder with the store and its key is gone. */
    void loseStore() {
        environment.close();
        try (Stream<Path> found = Files.walk(folder.resolve(".keyturn"))) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = Drill.environments(faults).open(manifest());
    }

    Path manifest() {
        return folder.resolve("keyturn.yaml");
    }

    Faults faults() {
        return faults;
    }

    Environment environment() {
        return environment;
    }

    Outcome run(Purpose purpose) {
        return environment.run(request(purpose), progress -> {});
    }

    void done(Purpose purpose) {
        Outcome outcome = run(purpose);
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
    }

    Map<String, String> published() {
        return parse(Drill.read(folder.resolve(".env")));
    }

    static Map<String, String> parse(String env) {
        return env.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    /** The service holds what is published, the store says the same, and nothing is left to do but what waits for its time. */
    void assertConsistent() {
        try {
            assertThat(Keys.parse(String.join("\n", Witness.held(folder.resolve("running"))))
                            .equals(published()))
                    .as("the service holds what is published")
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        State state = Drill.state(manifest());
        assertThat(state.openRun()).as("open run").isEmpty();
        assertThat(state.versions()).as("versions").noneMatch(v -> v.status() == Version.Status.PENDING);
        assertThat(state.current("key")
                        .flatMap(Version::value)
                        .orElseThrow()
                        .reveal()
                        .equals(published().get("KEY")))
                .as("the published key is the current version")
                .isTrue();
        assertThat(environment.check()).as("check").allMatch(remark -> remark.severity() == Remark.Severity.NOTES);
    }

    @Override
    public void close() {
        environment.close();
    }
}
