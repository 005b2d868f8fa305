package dev.keyturn.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.environment.BackupLine;
import dev.keyturn.workflows.environment.EnvironmentException;
import dev.keyturn.workflows.environment.RunLine;
import dev.keyturn.workflows.environment.SecretLine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadCommandsTest {
    private final Start start = new Start();

    @Test
    void aCheckThatFindsNothingIsDone() {
        var end = start.run("check");
        assertThat(end.code()).isZero();
        assertThat(end.out()).isEqualTo("Nothing was found in prod.\n");
    }

    @ParameterizedTest
    @CsvSource({"BLOCKS,1", "WARNS,1", "NOTES,0"})
    void whatNeedsAttentionShowsInTheExitCode(Remark.Severity severity, int code) {
        start.environment.remarks.add(new Remark(severity, "keys", "mode 0644", "0600", "chmod 0600 keys"));
        var end = start.run("check");
        assertThat(end.code()).isEqualTo(code);
        assertThat(end.out()).contains("mode 0644; expected: 0600").contains("next: chmod 0600 keys");
        assertThat(start.run("check", "--output=json")
                        .json()
                        .path("remarks")
                        .path(0)
                        .path("severity")
                        .asText())
                .isEqualTo(severity.name());
    }

    @Test
    void textFromOutsideCannotCommandTheTerminal() {
        start.environment.remarks.add(
                new Remark(Remark.Severity.WARNS, "db\033]0;x\007", "a\nb\033[2J\u202e\u009b", "", ""));
        var out = start.run("check").out();
        assertThat(out).doesNotContain("\033", "\007", "\u202e", "\u009b").contains("a b?[2J??");
    }

    @Test
    void aPlanIsShownAndNotRun() {
        var end = start.run("plan", "--for", "setup", "--only", "db_password");
        assertThat(end.code()).isZero();
        assertThat(end.out()).contains("Plan: setup prod").contains("db_password");
        assertThat(start.environment.planned).singleElement().satisfies(wish -> {
            assertThat(wish.purpose()).isEqualTo(Purpose.SETUP);
            assertThat(wish.only()).containsExactly("db_password");
        });
        assertThat(start.environment.ran).isEmpty();
    }

    @Test
    void aPlanThatWouldBeRefusedSaysSoInTheExitCode() {
        start.environment.remarks.add(new Remark(Remark.Severity.BLOCKS, "main", "is down", "an answer", ""));
        assertThat(start.run("plan").code()).isEqualTo(3);
    }

    @Test
    void aRefusedPlanWithoutChangesDoesNotSayThatThereIsNothingToDo() {
        start.environment.changes = List.of();
        assertThat(start.run("plan").out()).contains("There is nothing to do");
        start.environment.remarks.add(new Remark(Remark.Severity.BLOCKS, "main", "is down", "an answer", ""));
        assertThat(start.run("plan").out()).contains("Refused").doesNotContain("There is nothing to do");
    }

    @Test
    void theListHasAlignedColumnsAndAges() {
        start.environment.secrets = List.of(
                new SecretLine(
                        "db_password",
                        "generated",
                        4,
                        Optional.of(FakeEnvironment.BEGUN),
                        32,
                        List.of("app on main", "keys/db_password.txt"),
                        ""),
                new SecretLine("salt", "immutable", 0, Optional.empty(), 0, List.of(), "has no value"));
        assertThat(start.run("list").out()).isEqualTo("""
                        2 secrets in prod
                          secret       kind       version  age  length  remark        used by
                          db_password  generated  4        2 d  32                    app on main, keys/db_password.txt
                          salt         immutable  none                  has no value
                        """);
        var json = start.run("list", "--output", "json").json();
        assertThat(json.path("secrets").path(0).path("since").asText()).isEqualTo("2026-11-20T02:00:00Z");
        assertThat(json.path("secrets").path(1).path("since").isNull()).isTrue();
    }

    @Test
    void onATerminalTheLastColumnIsWrapped() {
        var places = List.of("a".repeat(15), "b".repeat(15), "c".repeat(15));
        start.environment.secrets =
                List.of(new SecretLine("db_password", "generated", 4, Optional.empty(), 32, places, ""));
        assertThat(start.onTerminal("").run("list").out().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void historyShowsAtMostSoManyRunsWithIsoDates() {
        start.environment.runs = List.of(closedRun("r-2"), closedRun("r-1"));
        var out = start.run("history", "--most", "1").out();
        assertThat(out)
                .contains("2026-11-20T02:00:00Z  r-2")
                .contains("2 min 5 s")
                .doesNotContain("r-1");
        assertThat(start.run("history", "--most", "0").code()).isEqualTo(2);
    }

    @Test
    void statusSaysWhatIsOpenAndWhatToDoNext() {
        start.environment.open = Optional.of(new RunLine(
                "r-3", "rotate", FakeEnvironment.BEGUN, Optional.empty(), "alice", "", "", List.of("db_password")));
        var end = start.run("status");
        assertThat(end.code()).isZero();
        assertThat(end.out())
                .containsPattern("open run +rotate r-3, begun 2026-11-20T02:00:00Z by alice")
                .containsPattern("next +keyturn repair");
        assertThat(start.run("status", "--output=json")
                        .json()
                        .path("status")
                        .path("open")
                        .path("id")
                        .asText())
                .isEqualTo("r-3");
    }

    @Test
    void anAbortSaysWhichRunTookIt() {
        start.environment.aborted = Optional.of("r-3");
        assertThat(start.run("abort", "--reason", "wrong window").out()).contains("Run r-3 was asked");
        assertThat(start.environment.abortReason).isEqualTo("wrong window");
        start.environment.aborted = Optional.empty();
        var end = start.run("abort");
        assertThat(end.code()).isZero();
        assertThat(end.out()).contains("No run is in progress").contains("Nothing was changed");
    }

    @Test
    void backupsAreCreatedListedAndVerified() {
        start.environment.backups =
                List.of(new BackupLine("prod-2.gpg", FakeEnvironment.BEGUN, 4_120, 11, 3, "opened, all equal"));
        for (var words : List.of("create", "list", "verify")) {
            assertThat(start.run("backup", words).out())
                    .as(words)
                    .contains("prod-2.gpg", "4.1 kB", "2026-11-20T02:00:00Z");
        }
        assertThat(start.run("backup", "verify").out()).contains("opened, all equal", "11", "files");
        var json =
                start.run("backup", "verify", "prod-2.gpg", "--output", "json").json();
        assertThat(json.path("command").asText()).isEqualTo("backup verify");
        assertThat(json.path("backup").path("secrets").asInt()).isEqualTo(11);
    }

    @Test
    void theListOfBackupsSaysNothingOfWhatOnlyOpeningThemTells() {
        start.environment.backups = List.of(new BackupLine("prod-2.gpg", FakeEnvironment.BEGUN, 4_120, 0, 0, ""));
        assertThat(start.run("backup", "list").out()).doesNotContain("secrets", "files", "verdict");
        var listed = start.run("backup", "list", "--output", "json")
                .json()
                .path("backups")
                .path(0);
        assertThat(listed.fieldNames()).toIterable().containsExactly("name", "written", "bytes");
    }

    @Test
    void aBackupThatDoesNotVerifyIsNotDone() {
        start.environment.trouble =
                new EnvironmentException(EnvironmentException.Kind.REFUSED, "prod-2.gpg is damaged at byte 7.");
        var end = start.run("backup", "verify");
        assertThat(end.code()).isEqualTo(3);
        assertThat(end.err()).isEqualTo("prod-2.gpg is damaged at byte 7.\n");
    }

    @Test
    void theSchemaAndTheReferenceArePrintedAsTheyAre() {
        assertThat(start.run("schema").out()).isEqualTo("{\"title\": \"Manifest\"}\n");
        assertThat(start.run("schema", "--markdown").out()).isEqualTo("# The manifest\n");
    }

    @Test
    void theManifestIsNamedByOptionThenVariableThenHabit() {
        start.run("check");
        assertThat(start.engine.opened).isEqualTo(Path.of("keyturn.yaml"));
        start.variables.put("KEYTURN_MANIFEST", "other.yaml");
        start.run("check");
        assertThat(start.engine.opened).isEqualTo(Path.of("other.yaml"));
        start.run("-m", "third.yaml", "check");
        assertThat(start.engine.opened).isEqualTo(Path.of("third.yaml"));
        start.run("check", "--manifest=fourth.yaml");
        assertThat(start.engine.opened).isEqualTo(Path.of("fourth.yaml"));
    }

    private static RunLine closedRun(String id) {
        return new RunLine(
                id,
                "rotate",
                FakeEnvironment.BEGUN,
                Optional.of(FakeEnvironment.BEGUN.plusSeconds(125)),
                "alice",
                "quarterly",
                "done",
                List.of("db_password"));
    }
}
