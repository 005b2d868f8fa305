package dev.keyturn.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.testkit.CanaryScan;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of the table of features that the five source systems had, each shown by a real run: accounts on servers. */
class SeedsOfServersTest {
    private static final String QUOTED = "o'd\"d; --";

    @Test
    @DisplayName(
            "PostgreSQL, several roles at once: new works, old is refused, quotes in names are safe, nothing in the log")
    void everyRoleOfAServerIsRotatedAtOnce(@TempDir Path folder) throws Exception {
        try (Drill drill = Drill.notImported(folder, Map.of("log_statement", "all"))) {
            drill.system().postgres().execute("ALTER ROLE temporal RENAME TO \"o'd\"\"d; --\"");
            // Its verifier is not salted with the name, so that the password stays.
            Path manifest = drill.system().manifest();
            Files.writeString(manifest, Drill.read(manifest).replace("user: temporal}", "user: 'o''d\"d; --'}"));
            int logged = drill.system().postgres().logText().length();
            try (var environment = Drill.environments(new Faults()).open(manifest)) {
                assertDone(environment.run(Drill.withoutBackup(Purpose.IMPORT), p -> {}));
                Map<String, String> before = drill.picture().values();

                assertDone(environment.run(Drill.withoutBackup(Purpose.ROTATE), p -> {}));

                Map<String, String> now = drill.picture().values();
                for (String secret : List.of(
                        "postgres_password", "postgres_app_user_pw", "postgres_app_ro_pw", "postgres_app_owner_pw")) {
                    drill.logins().assertAccepted(Map.of(secret, now.get(secret)));
                    drill.logins().assertRefused(secret, before.get(secret));
                }
                LoginTarget postgres = new LoginTarget.Postgres(
                        "127.0.0.1", drill.system().postgres().port(), "postgres");
                postgres.login(QUOTED, now.get("postgres_temporal_pw"));
                org.assertj.core.api.Assertions.assertThatThrownBy(
                                () -> postgres.login(QUOTED, before.get("postgres_temporal_pw")))
                        .hasMessage("SQLSTATE 28P01");
                String log = drill.system().postgres().logText().substring(logged);
                assertThat(log).contains("SELECT").doesNotContain("SCRAM-SHA-256$");
                List<SecretValue> values = drill.state().versions().stream()
                        .flatMap(v -> v.value().stream())
                        .toList();
                assertThat(CanaryScan.of(values).text("PostgreSQL's log", log).hits())
                        .isEmpty();
            }
        }
    }

    @Test
    @DisplayName("Redis: new works, old refused, still so after a server restart, keys kept")
    void redisHasTheNewPasswordAfterARestartAndItsKeys(@TempDir Path folder) throws IOException {
        try (Drill drill = Drill.start(folder)) {
            String old = drill.picture().values().get("redis_password");
            assertThat(said(drill, old, "SET kept by-a-consumer")).isEqualTo("+OK");

            assertDone(drill.run(Drill.withoutBackup(Purpose.ROTATE).withOnly(List.of("redis_password"))));

            String fresh = drill.picture().values().get("redis_password");
            assertThat(said(drill, fresh, "GET kept")).isEqualTo("$13");
            assertThat(said(drill, fresh, "SAVE")).isEqualTo("+OK");
            drill.system().redis().restart();
            drill.logins().assertAccepted(Map.of("redis_password", fresh));
            drill.logins().assertRefused("redis_password", old);
            assertThat(said(drill, fresh, "GET kept"))
                    .as("length of what was kept")
                    .isEqualTo("$13");
            drill.assertConsistent();
        }
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
    }

    /** The first line of the answer to a command. */
    private static String said(Drill drill, String password, String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", drill.system().redis().port());
                BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            socket.getOutputStream().write(("AUTH " + password + "\r\n" + command + "\r\n").getBytes(UTF_8));
            assertThat(answers.readLine()).as("login").isEqualTo("+OK");
            return answers.readLine();
        }
    }
}
