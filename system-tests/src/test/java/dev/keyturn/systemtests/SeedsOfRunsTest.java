package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rows of the table of features that the five source systems had, each shown by a real run: runs, backups and the record. */
class SeedsOfRunsTest extends OnOneDrill {
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
    @DisplayName("automatic rollback: a broken consumer, and the old credentials work everywhere")
    void aConsumerThatDoesNotComeUpTurnsTheRunRound() throws IOException {
        assertTurnsRound("broken", "does not come up");
    }

    @Test
    @DisplayName("automatic rollback: a consumer that was started and ended at once")
    void aConsumerOfWhichNothingRunsTurnsTheRunRound() throws IOException {
        assertTurnsRound("ended", "nothing of it runs");
    }

    private void assertTurnsRound(String how, String said) throws IOException {
        Drill.Picture before = drill.picture();
        Path broken =
                Files.createFile(drill.system().folder().resolve("running").resolve(how));
        drill.faults().arm(new Spot("start redeploy app", Moment.BEFORE), () -> {
            try {
                Files.deleteIfExists(broken);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try (var hasty = drill.hasty()) {
            Outcome outcome = hasty.run(rotation(), progress -> {});
            assertKind(outcome, Outcome.Kind.ROLLED_BACK);
            assertThat(outcome.summary()).contains(said);
        } finally {
            drill.faults().disarm();
            Files.deleteIfExists(broken);
        }
        drill.assertBackAt(before);
    }

    @Test
    @DisplayName("post-checks with real logins: a consumer that is up and cannot log in, and the run is not a success")
    void aConsumerThatCannotLogInTurnsTheRunRound() throws IOException {
        Drill.Picture before = drill.picture();
        Path stale = Files.createFile(drill.system().folder().resolve("running/stale"));
        Outcome outcome;
        try {
            outcome = drill.run(rotation());
        } finally {
            Files.delete(stale);
        }
        assertKind(outcome, Outcome.Kind.ROLLED_BACK);
        assertThat(outcome.summary()).contains("does not pass its check", "DATABASE_URL");
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

    @Test
    @DisplayName("encrypted versioned backup: retention that fails does not spoil a run that has ended well")
    void backupsThatCannotBePrunedAreAWarning() throws IOException {
        Path backups = drill.system().folder().resolve("backups");
        Path away = drill.system().folder().resolve("away");
        drill.faults().arm(new Spot(Spot.RECORD, Moment.BEFORE), () -> replaceByFile(backups, away));
        try {
            Outcome outcome = drill.run(rotation("csrf_signing_secret"));
            assertKind(outcome, Outcome.Kind.DONE);
            assertThat(outcome.remarks())
                    .anyMatch(r -> r.severity() == Severity.WARNS && r.object().equals("backups"));
        } finally {
            drill.faults().disarm();
            Files.delete(backups);
            Files.move(away, backups);
        }
        drill.assertConsistent();
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
