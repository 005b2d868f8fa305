package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What would make a rotation fail later is found before it begins, and nothing is changed. */
class PreflightTest extends OnOneDrill {
    /**
     * Something in the way.
     *
     * @param object what the finding must name
     * @param found what it must say
     * @param manifest what the manifest is with it
     */
    private record Obstacle(
            String name, String object, String found, UnaryOperator<String> manifest, Act put, Act remove) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    Stream<Obstacle> obstacles() {
        Path folder = drill.system().folder();
        return Stream.of(
                bySql(
                        "a role that has expired (33)",
                        "temporal",
                        "VALID UNTIL",
                        "ALTER ROLE temporal VALID UNTIL '2001-01-01'",
                        "ALTER ROLE temporal VALID UNTIL 'infinity'"),
                bySql(
                        "a role that may not log in",
                        "app_ro",
                        "NOLOGIN",
                        "ALTER ROLE app_ro NOLOGIN",
                        "ALTER ROLE app_ro LOGIN"),
                bySql(
                        "a role that is missing",
                        "app_ro",
                        "no such role",
                        "ALTER ROLE app_ro RENAME TO app_away",
                        "ALTER ROLE app_away RENAME TO app_ro"),
                new Obstacle(
                        "a rotator without rights (32)",
                        "app_user",
                        "the administrator rotator may not set its password",
                        manifest -> manifest.replace("user: postgres}", "user: rotator}"),
                        () -> sql("CREATE ROLE rotator LOGIN CREATEROLE PASSWORD '"
                                + Drill.read(drill.system().keyFile("postgres_password")) + "'"),
                        () -> sql("DROP ROLE rotator")),
                new Obstacle(
                        "one server under two names, so that two secrets open one account",
                        "postgres_app_ro_pw and postgres_temporal_pw",
                        "are the same: both servers are postgres",
                        manifest -> manifest.replace(
                                        "servers:\n",
                                        "servers:\n  again: {postgres: {host: localhost, port: "
                                                + drill.system().postgres().port() + ", admin: postgres_app_ro_pw}}\n")
                                .replace("server: main, user: app_ro", "server: again, user: app_ro")
                                .replace("server: main, user: temporal", "server: main, user: app_ro"),
                        () -> {},
                        () -> {}),
                new Obstacle(
                        "PostgreSQL down (23)",
                        "app_user",
                        "does not answer",
                        manifest -> manifest,
                        () -> drill.system().postgres().stop(),
                        () -> drill.system().postgres().restart()),
                new Obstacle(
                        "Redis down (23)",
                        "redis_password",
                        "does not answer",
                        manifest -> manifest,
                        () -> drill.system().redis().stop(),
                        () -> drill.system().redis().restart()),
                moved(
                        "a publication that is a link to a link (55)",
                        "publications",
                        ".env: it is a symbolic link to a symbolic link",
                        drill.system().envFile(),
                        (path, away) -> {
                            Path link = Files.createSymbolicLink(folder.resolve(".env.link"), away);
                            Files.createSymbolicLink(path, link);
                        }),
                new Obstacle(
                        "a redeploy program that is missing",
                        "roll",
                        "no program",
                        manifest -> manifest.replace(
                                "witness: {reads: .env, holds: running}", "command: [/no/such/program]"),
                        () -> {},
                        () -> {}),
                new Obstacle(
                        "a check of a host that no request can be sent to",
                        "check 1 of service app, setting url",
                        "the host my_app,",
                        manifest ->
                                manifest.replace("witnessed: {holds: running}", "http: \"http://my_app:8000/health\""),
                        () -> {},
                        () -> {}),
                new Obstacle(
                        "a check that expects what no server answers",
                        "check 2 of service app, setting expect",
                        "status 20",
                        manifest -> manifest.replace(
                                "witnessed: {holds: running}}",
                                "witnessed: {holds: running}}, {http: {url: \"http://127.0.0.1/\", expect: 20}}"),
                        () -> {},
                        () -> {}),
                moved(
                        "a passphrase that is missing",
                        "backup",
                        "no such file",
                        folder.resolve("backup.pass"),
                        (path, away) -> {}));
    }

    private Obstacle bySql(String name, String object, String found, String put, String remove) {
        return new Obstacle(name, object, found, manifest -> manifest, () -> sql(put), () -> sql(remove));
    }

    private interface Replacement {
        void make(Path path, Path away) throws IOException;
    }

    private static Obstacle moved(String name, String object, String found, Path path, Replacement replacement) {
        Path away = path.resolveSibling("away");
        return new Obstacle(
                name,
                object,
                found,
                manifest -> manifest,
                () -> {
                    Files.move(path, away);
                    replacement.make(path, away);
                },
                () -> {
                    Files.deleteIfExists(path.resolveSibling(".env.link"));
                    Files.deleteIfExists(path);
                    Files.move(away, path);
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("obstacles")
    @DisplayName("preflight: each failed check blocks with its reason")
    void whatIsInTheWayBlocksWithItsReasonAndNothingIsChanged(Obstacle obstacle) throws IOException {
        Drill.Picture before = drill.picture();
        Path manifest = Files.writeString(
                drill.system().folder().resolve("other.yaml"),
                obstacle.manifest().apply(Drill.read(drill.system().manifest())));
        obstacle.put().run();
        Outcome outcome;
        try (var environment = Drill.environments(drill.faults()).open(manifest)) {
            outcome = environment.run(Drill.request(Purpose.ROTATE), progress -> {});
        } finally {
            undo(obstacle);
        }

        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .as(outcome.toString())
                .anyMatch(r -> r.blocks()
                        && r.object().contains(obstacle.object())
                        && r.found().contains(obstacle.found()));
        assertThat(drill.picture()).as("after a refusal").isEqualTo(before);
        assertThat(drill.state().runs()).noneMatch(run -> run.id().equals(outcome.run()));
        drill.assertBackAt(before);
    }

    private static void undo(Obstacle obstacle) {
        try {
            obstacle.remove().run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
