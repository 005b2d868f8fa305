package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row "JWT overlap" of the seeds, for a signing key with a second place for verifiers. */
class SigningKeyOverlapTest {
    private static final String OLD = "Zq7first0signing0key0Xw4first0signing0key0";

    @Test
    void theOldKeyIsVerifiedUntilItsTimeIsOverAndThenNowhere(@TempDir Path folder) throws IOException {
        write(folder, "3s");
        try (Environment environment = Environments.installed().open(folder.resolve("keyturn.yaml"))) {
            done(environment, Purpose.IMPORT);

            done(environment, Purpose.ROTATE);

            Map<String, String> during = env(folder);
            assertThat(during.get("KEY")).isNotEqualTo(OLD);
            assertThat(during).containsEntry("KEY_OLD", OLD);
            assertThat(environment.status().due()).hasSize(1);

            Instant due = Instant.now().plus(Duration.ofSeconds(3));
            await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(due));
            done(environment, Purpose.REPAIR);

            Map<String, String> after = env(folder);
            assertThat(after).containsEntry("KEY", during.get("KEY")).containsEntry("KEY_OLD", during.get("KEY"));
            assertThat(environment.status().due()).isEmpty();
            assertThat(environment.plan(request(Purpose.REPAIR)).changesNothing())
                    .isTrue();
        }
    }

    @Test
    void aRepairBeforeThatTimeLeavesTheOldKeyInItsPlace(@TempDir Path folder) throws IOException {
        write(folder, "24h");
        try (Environment environment = Environments.installed().open(folder.resolve("keyturn.yaml"))) {
            done(environment, Purpose.IMPORT);
            done(environment, Purpose.ROTATE);
            Map<String, String> during = env(folder);

            done(environment, Purpose.REPAIR);

            assertThat(env(folder)).isEqualTo(during).containsEntry("KEY_OLD", OLD);
            assertThat(environment.status().due()).hasSize(1);
        }
    }

    @Test
    void aStoreThatIsRebuiltKeepsTheOldKeyVerifiedForTheOverlapAndThenEndsIt(@TempDir Path folder) throws IOException {
        write(folder, "3s");
        try (Environment environment = Environments.installed().open(folder.resolve("keyturn.yaml"))) {
            done(environment, Purpose.IMPORT);
            done(environment, Purpose.ROTATE);
        }
        Map<String, String> during = env(folder);
        remove(folder.resolve(".keyturn"));
        try (Environment environment = Environments.installed().open(folder.resolve("keyturn.yaml"))) {
            done(environment, Purpose.IMPORT);

            assertThat(env(folder)).isEqualTo(during).containsEntry("KEY_OLD", OLD);
            assertThat(environment.status().due()).hasSize(1);
            assertThat(environment.check()).as("check").noneMatch(Remark::blocks);

            Instant due = Instant.now().plus(Duration.ofSeconds(3));
            await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(due));
            done(environment, Purpose.REPAIR);

            assertThat(env(folder)).containsEntry("KEY", during.get("KEY")).containsEntry("KEY_OLD", during.get("KEY"));
            assertThat(environment.status().due()).isEmpty();
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void done(Environment environment, Purpose purpose) {
        Outcome outcome = environment.run(request(purpose), progress -> {});
        assertThat(outcome.kind()).describedAs(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
    }

    private static Request request(Purpose purpose) {
        return Request.of("keys", purpose, "a test");
    }

    private static void write(Path folder, String overlap) throws IOException {
        Files.writeString(folder.resolve(".env"), "KEY=" + OLD + "\n");
        Files.setPosixFilePermissions(folder.resolve(".env"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve("keyturn.yaml"), """
                environment: keys
                secrets:
                  key: {generate: base64url(32), overlap: %s}
                publish:
                  - env-file: {path: .env, keys: {KEY: key, KEY_OLD: key.previous}}
                services:
                  app: {command: ["true"], uses: [key]}
                """.formatted(overlap));
    }

    private static Map<String, String> env(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve(".env")).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }
}
