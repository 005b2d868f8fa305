package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.Version;
import dev.keyturn.testkit.CanaryScan;
import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows of the table of features that the five source systems had, each shown by a real run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeedsTest {
    private Drill drill;

    @BeforeAll
    void start(@TempDir Path folder) {
        drill = Drill.start(folder);
    }

    @AfterAll
    void stop() {
        drill.close();
    }

    private static Request rotation(String... only) {
        return Drill.withoutBackup(Purpose.ROTATE).withOnly(List.of(only));
    }

    private static Request forced(Purpose purpose) {
        Request r = Drill.withoutBackup(purpose);
        return new Request(r.environment(), purpose, r.only(), false, true, r.reason(), r.by(), "");
    }

    private static void assertKind(Outcome outcome, Outcome.Kind kind) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(kind);
    }

    /** Refused, with a finding about the object that says this; and nothing has changed. */
    private void assertRefused(Request request, String object, String found) {
        Drill.Picture before = drill.picture();
        Outcome outcome = drill.run(request);
        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r ->
                        r.blocks() && r.object().contains(object) && r.found().contains(found));
        assertThat(drill.picture()).as("after a refusal").isEqualTo(before);
        assertThat(drill.state().openRun()).isEmpty();
    }

    private void assertFound(String object, String found) {
        List<Remark> remarks = drill.environment().check();
        assertThat(remarks)
                .as("findings")
                .anyMatch(r -> r.severity() != Severity.NOTES
                        && r.object().contains(object)
                        && r.found().contains(found));
    }

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

            assertThat(remarks)
                    .as("presence")
                    .anyMatch(r -> r.blocks() && r.object().contains("csrf_signing_secret"));
            assertThat(remarks)
                    .as("length")
                    .anyMatch(r -> r.object().contains("session_signing_secret")
                            && r.found().contains("16"));
            assertThat(remarks).as("placeholder").anyMatch(r -> r.object().contains("oidc_google_client_secret"));
        }
        Path file = drill.system().keyFile("csrf_signing_secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try {
            assertFound("csrf_signing_secret", "64");
        } finally {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
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
    @DisplayName("superuser's own password: rotates")
    void theSuperusersOwnPasswordRotatesAlone() {
        Drill.Picture before = drill.picture();

        assertKind(drill.run(rotation("postgres_password")), Outcome.Kind.DONE);

        drill.logins().assertRefused("postgres_password", before.values().get("postgres_password"));
        drill.logins().assertAccepted(drill.picture().values());
        drill.assertConsistent();
    }

    @Test
    @DisplayName("selective rotation: only the named secret changes")
    void onlyTheNamedSecretAndWhatIsDerivedFromItChange() {
        Drill.Picture before = drill.picture();

        Outcome outcome = drill.run(rotation("postgres_app_ro_pw"));

        assertKind(outcome, Outcome.Kind.DONE);
        assertThat(outcome.changes().stream().map(Change::secret).collect(Collectors.toSet()))
                .isEqualTo(Set.of("postgres_app_ro_pw", "readonly_url"));
        Drill.Picture now = drill.picture();
        before.values()
                .forEach((secret, value) -> assertThat(now.values().get(secret).equals(value))
                        .as(secret + " is what it was")
                        .isEqualTo(!secret.equals("postgres_app_ro_pw")));
        drill.assertConsistent();
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
            assertRefused(rotation(), "oidc_google_client_secret", "");
            Files.writeString(
                    provided,
                    text.replaceFirst("(?m)^OIDC_GOOGLE_CLIENT_SECRET=.*", "OIDC_GOOGLE_CLIENT_SECRET=changeme"));
            assertRefused(rotation(), "oidc_google_client_secret", "placeholder");
            Files.delete(provided);
            assertRefused(rotation(), "oidc_google_client_secret", "");
        } finally {
            Files.writeString(provided, text);
            Files.setPosixFilePermissions(provided, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    @DisplayName("provided secrets: a new value is taken over and its old one named as unprovable")
    void aNewProvidedValueIsPublished() throws IOException {
        Path provided = drill.system().folder().resolve("infra/secrets/user-provided.env");
        String fresh = "fresh-from-the-provider-0123456789-abcdef";
        Files.writeString(
                provided,
                Drill.read(provided)
                        .replaceFirst("(?m)^OIDC_KEYCLOAK_CLIENT_SECRET=.*", "OIDC_KEYCLOAK_CLIENT_SECRET=" + fresh));

        Outcome outcome = drill.run(rotation("oidc_keycloak_client_secret"));

        assertKind(outcome, Outcome.Kind.DONE);
        assertThat(Drill.read(drill.system().keyFile("oidc_keycloak_client_secret")))
                .isEqualTo(fresh);
        assertThat(outcome.remarks())
                .anyMatch(r -> r.object().contains("oidc_keycloak_client_secret")
                        && r.found().contains("unprovable"));
        drill.assertConsistent();
    }

    @Test
    @DisplayName("preflight: each failed check blocks with its reason")
    void eachFailedPreflightCheckBlocks() throws IOException {
        sql("ALTER ROLE temporal VALID UNTIL '2001-01-01'");
        assertRefused(rotation(), "temporal", "");
        sql("ALTER ROLE temporal VALID UNTIL 'infinity'");

        sql("ALTER ROLE app_ro RENAME TO app_away");
        assertRefused(rotation(), "app_ro", "");
        sql("ALTER ROLE app_away RENAME TO app_ro");
        Target.POSTGRES.set(drill, drill.picture().values().get("postgres_app_user_pw"));

        drill.system().redis().stop();
        try {
            assertRefused(rotation(), "redis_password", "does not answer");
        } finally {
            drill.system().redis().restart();
        }

        Path pass = drill.system().folder().resolve("backup.pass");
        String passphrase = Drill.read(pass);
        Files.delete(pass);
        assertRefused(Drill.request(Purpose.ROTATE), "backup", "");
        Files.writeString(pass, passphrase);
        Files.setPosixFilePermissions(pass, PosixFilePermissions.fromString("rw-------"));
        drill.assertConsistent();
    }

    private void sql(String statement) {
        String password = Drill.read(drill.system().keyFile("postgres_password"));
        try (var connection = drill.system().postgres().connect("postgres", password);
                var execution = connection.createStatement()) {
            execution.execute(statement);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("PostgreSQL refused a statement: SQLSTATE " + e.getSQLState());
        }
    }

    @Test
    @DisplayName("automatic rollback and post-checks: a broken consumer, and the old credentials work everywhere")
    void aConsumerThatDoesNotComeUpTurnsTheRunRound() throws IOException {
        Drill.Picture before = drill.picture();
        Path broken = Files.createFile(drill.system().folder().resolve("running/broken"));
        drill.faults().arm(new Spot("start redeploy app", Moment.BEFORE), () -> {
            try {
                Files.deleteIfExists(broken);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try {
            Path manifest = drill.system().manifest();
            String text = Drill.read(manifest);
            Files.writeString(manifest, text.replace("patience: 20s", "patience: 1s"));
            try (var hasty = Drill.environments(drill.faults()).open(manifest)) {
                Outcome outcome = hasty.run(rotation(), progress -> {});
                assertKind(outcome, Outcome.Kind.ROLLED_BACK);
                assertThat(outcome.summary()).contains("does not come up");
            } finally {
                Files.writeString(manifest, text);
            }
        } finally {
            drill.faults().disarm();
            Files.deleteIfExists(broken);
        }
        drill.assertBackAt(before);
    }

    @Test
    @DisplayName("encrypted versioned backup: list, verify; a failed backup stops the run")
    void aBackupPrecedesTheRunAndAFailedOneStopsIt() throws IOException {
        int had = drill.environment().backups().size();
        Drill.Picture before = drill.picture();
        assertKind(
                drill.run(Drill.request(Purpose.ROTATE).withOnly(List.of("csrf_signing_secret"))), Outcome.Kind.DONE);

        assertThat(drill.environment().backups()).hasSize(had + 1);
        assertThat(drill.environment().verifyBackup("").verdict()).isEqualTo("intact");
        assertThat(drill.environment().verifyBackup("").secrets()).isGreaterThanOrEqualTo(11);
        assertThat(before.values()).isNotEqualTo(drill.picture().values());

        Path backups = drill.system().folder().resolve("backups");
        Path away = drill.system().folder().resolve("away");
        Drill.Picture second = drill.picture();
        drill.faults().arm(new Spot(Spot.BACK_UP, Moment.BEFORE), () -> replaceByFile(backups, away));
        try {
            Outcome outcome = drill.run(Drill.request(Purpose.ROTATE));
            assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        } finally {
            drill.faults().disarm();
            Files.delete(backups);
            Files.move(away, backups);
        }
        drill.assertBackAt(second);
    }

    private static void replaceByFile(Path folder, Path away) {
        try {
            Files.move(folder, away);
            Files.createFile(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("audit and run report: tamper-evident: who, what, which version, result")
    void theAuditNamesEachRunAndAChangedLineIsFound() throws IOException {
        Outcome outcome = drill.run(rotation("csrf_signing_secret"));
        assertKind(outcome, Outcome.Kind.DONE);
        assertThat(outcome.changes().get(0).to())
                .isEqualTo(drill.picture().current().get("csrf_signing_secret"));
        assertThat(drill.environment().history(1)).singleElement().satisfies(run -> {
            assertThat(run.id()).isEqualTo(outcome.run());
            assertThat(run.by()).isEqualTo("a test");
            assertThat(run.outcome()).isEqualTo("done");
            assertThat(run.secrets()).containsExactly("csrf_signing_secret");
        });
        Path audit = drill.system().folder().resolve(".keyturn/prod/audit.jsonl");
        String text = Drill.read(audit);
        assertThat(text).contains(outcome.run(), "a test");
        Files.writeString(audit, text.replaceFirst("a test", "a jest"));
        try {
            assertFound("audit", "broken at line");
        } finally {
            Files.writeString(audit, text);
        }
        assertThat(drill.environment().check()).allMatch(r -> r.severity() == Severity.NOTES);
    }

    @Test
    @DisplayName("old versions: retired after the run, never reused")
    void aRotatedVersionIsRetiredAndItsNumberIsNotUsedAgain() {
        int old = drill.picture().current().get("csrf_signing_secret");
        assertKind(drill.run(rotation("csrf_signing_secret")), Outcome.Kind.DONE);
        assertThat(drill.state().version("csrf_signing_secret", old).map(Version::status))
                .hasValue(Version.Status.RETIRED);
        assertThat(drill.picture().current().get("csrf_signing_secret")).isGreaterThan(old);
    }
}
