package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.testkit.CanaryScan;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of the table of features that the five source systems had, each shown by a real run: secrets and their copies. */
class SeedsTest extends OnOneDrill {
    @Test
    @DisplayName("secret registry: rotating a derived secret is refused, naming its source")
    void aDerivedSecretIsRefused() {
        assertRefused(rotation("database_url"), "database_url", "derived from postgres_app_user_pw");
    }

    @Test
    @DisplayName("secret registry: rotating an immutable secret is refused, with the reason")
    void anImmutableSecretIsRefused(@TempDir Path folder) throws IOException {
        try (Drill other = Drill.notImported(folder, Map.of())) {
            Path manifest = other.system().manifest();
            Files.writeString(
                    manifest,
                    Drill.read(manifest)
                            .replace(
                                    "  database_url: {derive",
                                    "  salt: {immutable: it unlinks every pseudonym}\n  database_url: {derive")
                            .replace(
                                    "SESSION_KEY: session_signing_secret",
                                    "SESSION_KEY: session_signing_secret\n        SALT: salt"));
            Files.writeString(
                    other.system().envFile(), Drill.read(other.system().envFile()) + "SALT=kept-for-ever-0123456789\n");
            try (var environment = Drill.environments(new Faults()).open(manifest)) {
                assertKind(environment.run(Drill.withoutBackup(Purpose.IMPORT), p -> {}), Outcome.Kind.DONE);

                Outcome named = environment.run(rotation("salt"), p -> {});
                assertKind(named, Outcome.Kind.REFUSED);
                assertThat(named.remarks())
                        .anyMatch(r -> r.object().contains("salt") && r.found().contains("it unlinks every pseudonym"));

                assertKind(environment.run(rotation(), p -> {}), Outcome.Kind.DONE);
                assertThat(Drill.read(other.system().envFile())).contains("SALT=kept-for-ever-0123456789\n");
            }
        }
    }

    @Test
    @DisplayName("preserve by default, force on request")
    void aSecondSetupLeavesIdenticalBytesAndForceChangesTheServersToo() {
        Drill.Picture before = drill.picture();

        assertKind(drill.run(Drill.withoutBackup(Purpose.SETUP)), Outcome.Kind.DONE);
        assertKind(drill.run(Drill.withoutBackup(Purpose.SETUP)), Outcome.Kind.DONE);
        drill.assertBackAt(before);

        assertKind(drill.run(forced(Purpose.SETUP)), Outcome.Kind.DONE);
        drill.assertMovedOn(before);
    }

    @Test
    @DisplayName("verify: presence, length, mode, placeholder")
    void eachPlantedFaultIsNamed(@TempDir Path folder) throws IOException {
        try (Drill other = Drill.notImported(folder, Map.of())) {
            Files.delete(other.system().keyFile("csrf_signing_secret"));
            Files.writeString(other.system().keyFile("session_signing_secret"), "short-0123456789");
            Files.writeString(
                    other.system().envFile(),
                    Drill.read(other.system().envFile()).replaceAll("SESSION_KEY=.*", "SESSION_KEY=short-0123456789"));
            Path provided = other.system().folder().resolve("infra/secrets/user-provided.env");
            Files.writeString(
                    provided,
                    Drill.read(provided).replaceAll("GOOGLE_CLIENT_SECRET=.*", "GOOGLE_CLIENT_SECRET=changeme"));
            Files.writeString(other.system().keyFile("oidc_google_client_secret"), "changeme");

            List<Remark> remarks =
                    other.environment().plan(Drill.request(Purpose.IMPORT)).remarks();

            assertNamed(remarks, Severity.BLOCKS, "csrf_signing_secret", "no publication holds a value of it");
            assertNamed(remarks, Severity.WARNS, "session_signing_secret", "a value of 16 characters");
            assertNamed(remarks, Severity.WARNS, "oidc_google_client_secret", "the placeholder word changeme");

            // Taken over all the same, as a rotation is the cure, each is a finding of every check, whose exit status
            // is not 0.
            assertKind(other.run(Drill.withoutBackup(Purpose.SETUP)), Outcome.Kind.DONE);
            Files.delete(other.system().keyFile("csrf_signing_secret"));
            List<Remark> found = other.environment().check();
            assertNamed(found, Severity.WARNS, "csrf_signing_secret", "nothing there");
            assertNamed(found, Severity.WARNS, "session_signing_secret", "a value of 16 characters");
            assertNamed(found, Severity.WARNS, "oidc_google_client_secret", "the placeholder word changeme");
        }
        Path file = drill.system().keyFile("csrf_signing_secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try {
            assertFound("csrf_signing_secret", "64");
        } finally {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static void assertNamed(List<Remark> remarks, Severity severity, String object, String found) {
        assertThat(remarks)
                .anyMatch(r -> r.severity() == severity
                        && r.object().contains(object)
                        && r.found().contains(found));
    }

    @Test
    @DisplayName("consistency of every copy: one changed copy is found and named, no value shown")
    void aChangedCopyIsFoundAndNamed() throws IOException {
        Path file = drill.system().keyFile("redis_password");
        String value = Drill.read(file);
        Files.writeString(file, "another-value-than-the-servers");
        try {
            List<Remark> remarks = drill.environment().check();
            assertThat(remarks).anyMatch(r -> r.blocks() && r.object().contains("redis_password"));
            assertThat(CanaryScan.of(List.of(SecretValue.of(value), SecretValue.of("another-value-than-the-servers")))
                            .text("findings", remarks.toString())
                            .hits())
                    .isEmpty();
        } finally {
            Files.writeString(file, value);
        }
    }

    @Test
    @DisplayName("consistency of every copy: the live server")
    void aServerThatDiffersIsFoundAndNamed() {
        String value = drill.picture().values().get("postgres_app_user_pw");
        Target.POSTGRES.set(drill, "another-value-than-the-stores");
        try {
            assertFound("app_user", "refuses the current password");
        } finally {
            Target.POSTGRES.set(drill, value);
        }
    }

    @Test
    @DisplayName("list, masked")
    void theListShowsNoValue() {
        String list = drill.environment().list().toString();
        assertThat(list).contains("postgres_app_user_pw");
        assertThat(CanaryScan.of(drill.state().versions().stream()
                                .flatMap(v -> v.value().stream())
                                .collect(Collectors.toSet()))
                        .text("list", list)
                        .hits())
                .isEmpty();
    }

    @Test
    @DisplayName("derived URLs: a hand edit is found and repaired")
    void aHandEditedUrlIsFoundAndRepaired() throws IOException {
        Drill.Picture before = drill.picture();
        Path env = drill.system().envFile();
        Files.writeString(
                env,
                Drill.read(env)
                        .replaceFirst(
                                "DATABASE_URL=.*", "DATABASE_URL=postgresql://app_user:typo@127.0.0.1:1/postgres"));
        assertFound("DATABASE_URL", "does not know");

        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);

        assertThat(drill.picture().files()).isEqualTo(before.files());
        drill.assertConsistent();
    }

    @Test
    @DisplayName("derived URLs: password a/b@c:d gives a working URL")
    void everyPartOfAUrlIsPercentEncoded(@TempDir Path folder) throws Exception {
        String awkward = "a/b@c:d?e#f%g+h i&j=0123456789";
        try (Drill other = Drill.notImported(folder, Map.of())) {
            Target.POSTGRES.set(other, awkward);
            Files.writeString(other.system().keyFile("postgres_app_user_pw"), awkward);
            assertKind(other.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

            assertKind(other.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);

            String url = Drill.read(other.system().envFile())
                    .lines()
                    .filter(line -> line.startsWith("DATABASE_URL="))
                    .findFirst()
                    .orElseThrow()
                    .substring("DATABASE_URL=".length());
            LoginTarget.Access access = LoginTarget.parse(url);
            access.target().login(access.user(), access.password());
            assertThat(access.password().equals(awkward))
                    .as("the URL's password")
                    .isTrue();
        }
    }

    @Test
    @DisplayName("provided secrets: a missing or placeholder value fails before any change")
    void aMissingOrPlaceholderProvidedValueIsRefused() throws IOException {
        Path provided = drill.system().folder().resolve("infra/secrets/user-provided.env");
        String text = Drill.read(provided);
        try {
            Files.writeString(provided, text.replaceFirst("(?m)^OIDC_GOOGLE_CLIENT_SECRET=.*\n", ""));
            assertRefused(rotation(), "oidc_google_client_secret", "no such key");
            Files.writeString(
                    provided,
                    text.replaceFirst("(?m)^OIDC_GOOGLE_CLIENT_SECRET=.*", "OIDC_GOOGLE_CLIENT_SECRET=changeme"));
            assertRefused(rotation(), "oidc_google_client_secret", "placeholder");
            Files.delete(provided);
            assertRefused(rotation(), "oidc_google_client_secret", "no such file");
        } finally {
            Files.writeString(provided, text);
            Files.setPosixFilePermissions(provided, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
