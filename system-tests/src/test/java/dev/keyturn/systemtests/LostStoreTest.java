package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recovery table's row "store lost": rebuilt from backup, published copies and probes, and never from a new value. */
@Order(9)
class LostStoreTest extends OnOneDrill {
    private static final Spot IN_PUBLISH = new Spot("promote publish key-directory infra/secrets/keys", Moment.MIDDLE);
    private static final Spot AFTER_PUBLISH = new Spot("promote publish env-file .env", Moment.AFTER);
    private static final Spot AFTER_SWITCH = new Spot("promote switch main", Moment.AFTER);

    private static final String PUBLISHED = "taken over from where it is published";

    @Test
    void afterARotationTheCopiesHaveTheNewestValuesAndBackupsAreNotAsked() {
        drill.environment().backUp();
        assertKind(drill.run(rotation()), Outcome.Kind.DONE);
        Drill.Picture before = drill.picture();
        drill.loseStore();

        assertThat(notes()).allSatisfy((secret, note) -> {
            if (!secret.endsWith("_url")) {
                assertThat(note).isEqualTo(PUBLISHED);
            }
        });
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

        assertAsBefore(before);
    }

    @Test
    void withTheKeyFilesLostTooTheNewestBackupIsEnough() throws IOException {
        drill.environment().backUp();
        assertKind(drill.run(rotation()), Outcome.Kind.DONE);
        String backup = drill.environment().backUp().name();
        Drill.Picture before = drill.picture();
        drill.loseStore();
        for (String secret : drill.system().names()) {
            Files.delete(drill.system().keyFile(secret));
        }

        Map<String, String> notes = notes();
        assertThat(notes.get("postgres_app_user_pw")).contains("the backup " + backup);
        assertThat(notes.get("postgres_app_owner_pw")).contains("the backup " + backup);
        assertThat(notes.get("redis_password")).contains("the backup " + backup);
        assertThat(notes.get("csrf_signing_secret")).contains("the backup " + backup);
        assertThat(notes.get("session_signing_secret")).isEqualTo(PUBLISHED);
        assertThat(notes.get("oidc_google_client_secret")).isEqualTo("as given by the operator");
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);

        assertAsBefore(before);
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatTheServerRefusesIsNotTakenFromABackupAndASetUpMakesNoOther(Target server) throws IOException {
        assertDeadValueIsRefused(server.secret, server.account);
    }

    /** PostgreSQL looks at a password before it looks whether the role may log in, and tells the two refusals apart. */
    @Test
    void aRoleThatMayNotLogInIsProvenLikeTheOthers() throws IOException {
        assertDeadValueIsRefused("postgres_app_owner_pw", "app_owner");
    }

    private void assertDeadValueIsRefused(String secret, String account) throws IOException {
        drill.environment().backUp();
        assertKind(drill.run(rotation(secret)), Outcome.Kind.DONE);
        Drill.Picture before = drill.picture();
        drill.loseStore();
        Path file = drill.system().keyFile(secret);
        Path away = file.resolveSibling("away");
        Files.move(file, away);
        Map<String, String> files = drill.files();

        for (Purpose purpose : List.of(Purpose.IMPORT, Purpose.SETUP)) {
            Outcome outcome = drill.run(Drill.withoutBackup(purpose));
            assertKind(outcome, Outcome.Kind.REFUSED);
            assertThat(outcome.remarks())
                    .as(outcome.toString())
                    .anyMatch(r -> r.blocks()
                            && r.object().contains(account)
                            && r.found().contains("refuses every value in the backups"));
        }
        assertThat(drill.state().versions()).isEmpty();
        assertThat(drill.files()).isEqualTo(files);

        Files.move(away, file);
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);
        assertAsBefore(before);
    }

    @Test
    void inTheMiddleOfPublishingWhatTheServersAcceptIsTakenAndARepairBringsTheCopiesToIt() {
        drill.environment().backUp();
        Drill.Picture before = drill.picture();
        Drill.Picture found = killedAndLost(IN_PUBLISH);
        assertThat(changed(before, found)).as("changed files").isNotEmpty().doesNotContain("oidc_google_client_secret");

        Outcome imported = drill.run(Drill.withoutBackup(Purpose.IMPORT));

        assertKind(imported, Outcome.Kind.DONE);
        assertThat(drill.picture().files()).isEqualTo(found.files());
        for (String secret : changed(before, found)) {
            if (secret.startsWith("postgres")) {
                assertHas(secret, before.values().get(secret));
            }
        }
        // Redis accepts a new password that was published nowhere yet: only the lost store knew it, so nobody takes it
        // away unasked.
        assertThat(changed(before, found)).doesNotContain("redis_password");
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        assertFound("account default on redis", "1 of its 2 passwords is not known");
        Target.REDIS.set(drill, before.values().get("redis_password"));
        assertRepairedAndRotated(before, found);
    }

    /** Every copy is new, and no account of PostgreSQL is: the copies agree and are wrong. */
    @Test
    void afterPublishingTheValuesThatLiveAreFoundInTheBackup() {
        String backup = drill.environment().backUp().name();
        Drill.Picture before = drill.picture();
        Drill.Picture found = killedAndLost(AFTER_PUBLISH);

        Map<String, String> notes = notes();
        for (String secret : List.of("postgres_password", "postgres_app_user_pw", "postgres_app_owner_pw")) {
            assertThat(notes.get(secret)).contains("the backup " + backup).contains("the server accepts it");
        }
        assertThat(notes.get("redis_password")).isEqualTo(PUBLISHED);
        assertThat(drill.environment().plan(Drill.withoutBackup(Purpose.IMPORT)).remarks())
                .as("warnings of the plan")
                .noneMatch(Remark::blocks)
                .anyMatch(r -> r.object().contains("postgres_app_user_pw")
                        && r.found().contains("another value")
                        && r.next().contains("keyturn repair"))
                .anyMatch(r ->
                        r.object().contains("default on cache") && r.found().contains("and others"));
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

        assertHas("postgres_app_user_pw", before.values().get("postgres_app_user_pw"));
        assertHas("postgres_app_owner_pw", before.values().get("postgres_app_owner_pw"));
        assertHas("csrf_signing_secret", found.values().get("csrf_signing_secret"));
        assertRepairedAndRotated(before, found);
    }

    @Test
    void afterTheSwitchTheNewValuesAreTakenAndTheAdministratorsIsFoundInTheBackup() {
        String backup = drill.environment().backUp().name();
        Drill.Picture before = drill.picture();
        Drill.Picture found = killedAndLost(AFTER_SWITCH);

        Map<String, String> notes = notes();
        assertThat(notes.get("postgres_app_user_pw")).isEqualTo(PUBLISHED);
        assertThat(notes.get("postgres_app_owner_pw")).isEqualTo(PUBLISHED);
        assertThat(notes.get("postgres_password")).contains("the backup " + backup);
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

        assertHas("postgres_password", before.values().get("postgres_password"));
        assertHas("postgres_app_user_pw", found.values().get("postgres_app_user_pw"));
        assertRepairedAndRotated(before, found);
    }

    /** A copy of a secret without an account that was changed is known, because the import kept what it did not take. */
    @Test
    void whereCopiesDifferTheBackupBreaksTheTieOnlyIfOneOfThemEqualsIt() throws IOException {
        drill.environment().backUp();
        Drill.Picture before = drill.picture();
        drill.loseStore();
        Path env = drill.system().envFile();
        String text = Drill.read(env);
        Path file = drill.system().keyFile("session_signing_secret");
        Files.writeString(file, "another-signing-key-0123456789-0123456789");
        Files.writeString(env, text.replaceFirst("SESSION_KEY=.*", "SESSION_KEY=a-third-signing-key-0123456789-01234"));

        for (Purpose purpose : List.of(Purpose.IMPORT, Purpose.SETUP)) {
            Outcome refused = drill.run(Drill.withoutBackup(purpose));
            assertKind(refused, Outcome.Kind.REFUSED);
            assertThat(refused.remarks())
                    .as(refused.toString())
                    .anyMatch(r -> r.blocks()
                            && r.object().equals("session_signing_secret")
                            && r.found().contains("SESSION_KEY")
                            && r.found().contains("key-directory"));
        }

        Files.writeString(env, text);
        assertThat(notes().get("session_signing_secret")).contains("as in the backup");
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        assertAsBefore(before);
    }

    @Test
    void aValueFromABackupThatIsOlderThanARotationIsDoubtedAndABackupThatCannotBeOpenedIsNamed() throws IOException {
        String older = drill.environment().backUp().name();
        assertKind(drill.run(rotation("postgres_app_ro_pw")), Outcome.Kind.DONE);
        String newer = drill.environment().backUp().name();
        Drill.Picture before = drill.picture();
        drill.loseStore();
        Files.delete(drill.system().keyFile("csrf_signing_secret"));
        Path file = drill.system().folder().resolve("backups").resolve(newer);
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 200));
        try {
            List<Remark> remarks = drill.environment()
                    .plan(Drill.withoutBackup(Purpose.IMPORT))
                    .remarks();
            assertThat(remarks)
                    .anyMatch(r -> r.severity() == Severity.WARNS
                            && r.object().equals("backups")
                            && r.found().contains(newer))
                    .anyMatch(r -> r.severity() == Severity.WARNS
                            && r.object().equals("csrf_signing_secret")
                            && r.found().contains(older)
                            && r.found().contains("since then postgres_app_ro_pw was changed"));
            assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);
        } finally {
            Files.delete(file);
        }
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        assertAsBefore(before);
    }

    @Test
    void anImportThatIsKilledWhenItsValuesAreDurableIsBegunAnewWithTheSame() {
        Drill.Picture before = drill.picture();
        drill.loseStore();
        RunInProcess.kill(Assignment.of(drill, Purpose.IMPORT, new Spot(Spot.STAGE, Moment.AFTER)));
        assertThat(drill.state().versions()).isNotEmpty().allMatch(v -> v.status() == Version.Status.PENDING);

        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.ROLLED_BACK);
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);

        assertAsBefore(before);
    }

    @Test
    void theOldSigningKeyIsVerifiedForTheOverlapCountedAnewAndThenEnds(@TempDir Path folder) {
        try (Keys keys = Keys.start(folder, "3s", "  app: {command: [\"true\"], uses: [key]}\n")) {
            keys.done(Purpose.ROTATE);
            Map<String, String> during = keys.published();
            keys.loseStore();
            keys.done(Purpose.IMPORT);

            assertThat(keys.published()).isEqualTo(during).containsEntry("KEY_OLD", Keys.FIRST);
            assertThat(keys.environment().status().due()).hasSize(1);
            assertThat(keys.environment().check()).as("check").noneMatch(Remark::blocks);

            await().atMost(Duration.ofSeconds(60)).until(() -> {
                keys.done(Purpose.REPAIR);
                return keys.environment().status().due().isEmpty();
            });
            assertThat(keys.published())
                    .containsEntry("KEY", during.get("KEY"))
                    .containsEntry("KEY_OLD", during.get("KEY"));
        }
    }

    @Test
    void aSetUpTakesOverAndGeneratesNothing() {
        Drill.Picture before = drill.picture();
        drill.loseStore();

        assertKind(drill.run(Drill.withoutBackup(Purpose.SETUP)), Outcome.Kind.DONE);

        assertAsBefore(before);
        assertThat(drill.state().versions()).noneMatch(v -> v.origin() == Version.Origin.GENERATED);
    }

    @ParameterizedTest
    @EnumSource
    void driftNamesTheBackupThatHoldsTheValueAndDoesNotMendIt(Target server) throws IOException {
        String backup = drill.environment().backUp().name();
        String old = drill.picture().values().get(server.secret);
        assertKind(drill.run(rotation(server.secret)), Outcome.Kind.DONE);
        drill.loseStore();
        assertKind(drill.run(Drill.withoutBackup(Purpose.IMPORT)), Outcome.Kind.DONE);
        Drill.Picture before = drill.picture();
        Path file = drill.system().keyFile(server.secret);

        server.set(drill, old);
        assertFound(server.account, "it accepts the value in backup " + backup + ", written ");
        assertRefused(Drill.withoutBackup(Purpose.REPAIR), server.account, "it accepts the value in backup " + backup);
        assertThat(drill.logins().tried(server.secret, old)).isEqualTo("accepted");
        Files.writeString(file, old);
        assertFound(server.secret, "it holds the value in backup " + backup + ", written ");

        // While the file has the value with which the server can be reached.
        server.set(drill, before.values().get(server.secret));
        Files.writeString(file, before.values().get(server.secret));
        drill.assertBackAt(before);
    }

    private Drill.Picture killedAndLost(Spot spot) {
        RunInProcess.kill(Assignment.of(drill, Purpose.ROTATE, spot));
        Drill.Picture found = drill.picture();
        drill.loseStore();
        return found;
    }

    /** By secret: what the plan of an import says of where its value comes from. */
    private Map<String, String> notes() {
        return drill.environment().plan(Drill.withoutBackup(Purpose.IMPORT)).changes().stream()
                .collect(Collectors.toMap(Change::secret, Change::note));
    }

    private List<String> changed(Drill.Picture before, Drill.Picture now) {
        return drill.system().names().stream()
                .filter(secret ->
                        !before.values().get(secret).equals(now.values().get(secret)))
                .toList();
    }

    private void assertHas(String secret, String value) {
        assertThat(drill.state()
                        .current(secret)
                        .flatMap(Version::value)
                        .filter(current -> current.reveal().equals(value))
                        .isPresent())
                .as("the store has the expected value of " + secret)
                .isTrue();
    }

    private void assertAsBefore(Drill.Picture before) {
        Drill.Picture now = drill.picture();
        assertThat(now.values().equals(before.values())).as("published values").isTrue();
        assertThat(now.files()).as("published files").isEqualTo(before.files());
        drill.logins().assertAccepted(before.values());
        drill.assertConsistent();
    }

    /** All agree after a repair, and a rotation leaves nothing alive of what was found before it. */
    private void assertRepairedAndRotated(Drill.Picture before, Drill.Picture found) {
        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);
        drill.assertConsistent();
        drill.logins().assertAccepted(drill.picture().values());
        Drill.Picture repaired = drill.picture();

        assertKind(drill.run(rotation()), Outcome.Kind.DONE);

        drill.assertMovedOn(repaired);
        for (Drill.Picture earlier : List.of(before, found)) {
            earlier.values().forEach((secret, value) -> {
                if (!secret.startsWith("oidc")) {
                    drill.logins().assertRefused(secret, value);
                }
            });
        }
    }
}
