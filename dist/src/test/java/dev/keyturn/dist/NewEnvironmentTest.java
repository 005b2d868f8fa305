package dev.keyturn.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyturn.worker.LocalEnvironments;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An environment at its beginning. */
class NewEnvironmentTest {
    private static final String MANIFEST = """
            environment: prod
            secrets:
              example: {generate: alphanumeric(32)}
            publish:
              - key-directory: {path: keys}
            backup: {directory: backups, passphrase-file: backup.pass}
            """;

    @TempDir
    Path folder;

    @Test
    void aPlanBeforeThereIsAStoreLeavesNothingBehindAndIsThePlanOfTheRunThatFollows() throws Exception {
        Path manifest = manifest();
        List<Path> before = all();
        try (Environment environment = new LocalEnvironments().open(manifest)) {
            Request wish = Request.of("prod", Purpose.SETUP, "a test");
            Plan plan = environment.plan(wish);
            assertThat(plan.changes()).hasSize(1);
            assertThat(all()).isEqualTo(before);

            Outcome outcome = environment.run(wish.withDigest(plan.digest()), progress -> {});
            assertThat(outcome.kind()).as(outcome.summary()).isEqualTo(Outcome.Kind.DONE);
        }
    }

    @Test
    void aBackupThatIsNotThereIsAUsageError() throws Exception {
        try (Environment environment = new LocalEnvironments().open(manifest())) {
            Request wish = new Request("prod", Purpose.SETUP, List.of(), false, false, "", "a test", "");
            environment.run(wish, progress -> {});
            EnvironmentException told =
                    catchThrowableOfType(EnvironmentException.class, () -> environment.verifyBackup("nope"));
            assertThat(told.kind()).as(told.getMessage()).isEqualTo(EnvironmentException.Kind.USAGE);
            assertThat(told).hasMessage("There is no backup nope of prod. Next: keyturn backup list");
        }
    }

    private Path manifest() throws IOException {
        for (String name : List.of("keys", "backups")) {
            Files.createDirectory(
                    folder.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path passphrase = Files.writeString(folder.resolve("backup.pass"), "a passphrase of a test\n");
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(folder.resolve("keyturn.yaml"), MANIFEST);
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.sorted().toList();
        }
    }
}
