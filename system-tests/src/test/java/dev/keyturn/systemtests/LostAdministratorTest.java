package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A row of the table of features that the five source systems had, shown by a real run: the superuser's password was changed, and nobody wrote it down. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostAdministratorTest {
    private static final String SECRET = "postgres_password";

    private Drill drill;

    @BeforeAll
    void start(@TempDir Path folder) {
        drill = Drill.start(folder);
        drill.system().postgres().authenticatePeers("postgres");
    }

    @AfterAll
    void stop() {
        drill.close();
    }

    @Test
    @DisplayName("superuser's own password: a lost value can be recovered over the local socket")
    void aLostValueIsRecoveredOverTheLocalSocketAtTheOperatorsWordAlone() throws Exception {
        Drill.Picture before = drill.picture();
        String lost = "set-by-somebody-who-left-0123456789";
        change(before.values().get(SECRET), lost);

        assertRefusedBecause(drill.environment(), setUpAnew(), "a way back in is the setting socket");

        configureTheSocket();
        try (Environment environment =
                Drill.environments(drill.faults()).open(drill.system().manifest())) {
            assertThat(environment.check())
                    .anyMatch(r -> r.blocks()
                            && r.object().equals("account postgres on main (postgres_password)")
                            && r.found().contains("refuses the current password"))
                    .anyMatch(r -> r.blocks()
                            && r.found().contains("the way in is over the socket")
                            && r.next().contains("keyturn setup --force --only"))
                    .noneMatch(r -> r.blocks() && r.object().contains("app_"));

            for (Purpose purpose : List.of(Purpose.ROTATE, Purpose.REPAIR)) {
                assertRefusedBecause(environment, Drill.withoutBackup(purpose), "refuses the current password");
            }
            Request other = Drill.withoutBackup(Purpose.ROTATE).withOnly(List.of("postgres_app_user_pw"));
            assertRefusedBecause(environment, other, "the way in is over the socket");
            assertThat(drill.picture()).isEqualTo(before);
            assertThat(drill.logins().tried(SECRET, lost)).isEqualTo("accepted");

            assertThat(environment.plan(setUpAnew()).remarks())
                    .anyMatch(
                            r -> r.severity() == Severity.WARNS && r.found().contains("the way in is over the socket"))
                    .noneMatch(Remark::blocks);
            Outcome outcome = environment.run(setUpAnew(), progress -> {});

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
            assertThat(outcome.steps())
                    .anyMatch(step -> step.detail().contains("postgres: verifier set over the socket"));
            assertThat(environment.check()).allMatch(r -> r.severity() == Severity.NOTES);
        }
        Drill.Picture after = drill.picture();
        drill.logins().assertAccepted(after.values());
        drill.logins().assertRefused(SECRET, lost);
        drill.logins().assertRefused(SECRET, before.values().get(SECRET));
        before.values()
                .forEach(
                        (secret, value) -> assertThat(after.values().get(secret).equals(value))
                                .as(secret + " is what it was")
                                .isEqualTo(!secret.equals(SECRET)));
        drill.assertConsistent();
    }

    /** As {@code keyturn setup --force --only postgres_password}. */
    private static Request setUpAnew() {
        return OnOneDrill.forced(Purpose.SETUP).withOnly(List.of(SECRET));
    }

    private void assertRefusedBecause(Environment environment, Request request, String found) {
        Outcome outcome = environment.run(request, progress -> {});
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.blocks() && r.found().contains(found));
    }

    private void configureTheSocket() throws IOException {
        Path manifest = drill.system().manifest();
        String port = "port: " + drill.system().postgres().port();
        Files.writeString(
                manifest,
                Drill.read(manifest)
                        .replace(
                                port,
                                port + ", socket: " + drill.system().postgres().folder()));
    }

    private void change(String current, String next) throws SQLException {
        try (var connection = drill.system().postgres().connect("postgres", current);
                var statement = connection.createStatement()) {
            statement.execute("ALTER ROLE postgres PASSWORD '" + next + "'");
        }
    }
}
