package dev.keyturn.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private static final String VALUE = "s3cret-that-a-driver-quoted";

    private final Start start = new Start();

    @ParameterizedTest
    @CsvSource({"USAGE,2", "REFUSED,3", "UNAVAILABLE,5"})
    void whatTheEngineSaysIsPrintedAsItIs(EnvironmentException.Kind kind, int code) {
        start.engine.onOpen =
                new EnvironmentException(kind, "keyturn.yaml:3:5: found x; expected y.\nNothing was changed.");
        var end = start.run("check");
        assertThat(end.code()).isEqualTo(code);
        assertThat(end.out()).isEmpty();
        assertThat(end.err()).isEqualTo("keyturn.yaml:3:5: found x; expected y.\nNothing was changed.\n");
        var json = start.run("check", "--output", "json").json();
        assertThat(json.path("code").asInt()).isEqualTo(code);
        assertThat(json.path("error").asText()).contains("expected y");
    }

    @Test
    void theMessageOfAnUnexpectedExceptionIsNotPrintedForItMayHoldAValue() {
        start.environment.trouble = new IllegalStateException(VALUE, new RuntimeException(VALUE));
        var end = start.run("check");
        assertThat(end.code()).isEqualTo(5);
        assertThat(end.err())
                .contains("java.lang.IllegalStateException", "Nothing was changed", "--debug")
                .doesNotContain(VALUE, "\tat ");
        assertThat(end.err().lines()).hasSize(1);
        assertThat(start.run("check", "--debug").err()).contains(VALUE).contains("at dev.keyturn");
    }

    @Test
    void anErrorOfTheMachineIsToldTheSameWay() {
        start.environment.run = (request, watcher) -> {
            watcher.accept(new Progress("", "", List.of()));
            throw new OutOfMemoryError(VALUE);
        };
        var end = start.run("rotate", "-y");
        assertThat(end.code()).isEqualTo(5);
        assertThat(end.err())
                .contains("OutOfMemoryError", "A run had begun", "keyturn status", "keyturn repair")
                .doesNotContain(VALUE);
    }

    @Test
    void troubleBeforeARunHasBegunIsNotTakenForOneInIt() {
        start.environment.run = (request, watcher) -> {
            throw new IllegalStateException(VALUE);
        };
        assertThat(start.run("rotate", "-y").err())
                .contains("Nothing was changed")
                .doesNotContain("had begun");
    }

    @Test
    void troubleAfterTheAnswerAddsNoSecondDocument() {
        start.environment.onClose = new IllegalStateException(VALUE);
        var end = start.run("check", "--output=json");
        assertThat(end.json().path("exit").asText()).isEqualTo("done");
        assertThat(end.err()).contains("IllegalStateException").doesNotContain(VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rotat",
                "rotate --nonsense",
                "backup",
                "backup creat",
                "history --most=x",
                "rotate --only",
                "plan --for=x"
            })
    void aUsageErrorStartsNoEngineAndSaysWhatToDo(String words) {
        var end = start.run(words.isEmpty() ? new String[0] : words.split(" "));
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.out()).isEmpty();
        assertThat(end.err()).contains("Nothing was changed. Next: keyturn").contains("--help");
        assertThat(start.engines()).isZero();
    }

    @Test
    void aManifestThatCannotBeAPathIsAUsageError() {
        start.variables.put("KEYTURN_MANIFEST", "key\0turn.yaml");
        assertThat(start.run("check")).satisfies(FailuresTest::isNoPath);
        assertThat(start.run("check", "--manifest", "key\0turn.yaml")).satisfies(FailuresTest::isNoPath);
    }

    private static void isNoPath(Start.End end) {
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.err())
                .contains("no path in this locale", "Nothing was changed", "LC_ALL")
                .doesNotContain("java.nio");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--output json", "--output=json", "--output=JSON", "--output Json"})
    void aUsageErrorIsJsonToo(String output) {
        var end = start.run(("rotate --nonsense " + output).split(" "));
        assertThat(end.json().path("exit").asText()).isEqualTo("usage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "list --output json", "schema", "version", "completion", "--help"})
    void outputThatIsLostIsNotDone(String words) {
        var end = start.ontoAFullDisk().run(words.split(" "));
        assertThat(end.code()).isEqualTo(5);
        assertThat(end.err()).contains("could not be written", "Nothing was changed");
    }

    @Test
    void aRunWhoseReportIsLostIsToldToBeFoundInTheHistory() {
        start.environment.run = (request, watcher) -> {
            watcher.accept(new Progress("r-7", "", List.of()));
            return FakeEnvironment.outcome(Outcome.Kind.DONE, request.purpose());
        };
        var end = start.ontoAFullDisk().run("rotate", "-y");
        assertThat(end.code()).isEqualTo(5);
        assertThat(end.err()).contains("The run has ended. Next: keyturn history");
    }

    @Test
    void noFileIsReadForAWordThatBeginsWithAnAtSign(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("key"), VALUE);
        assertThat(start.run("@" + file).err()).doesNotContain(VALUE);
        assertThat(start.run("rotate", "@" + file).err()).doesNotContain(VALUE);
        assertThat(start.run("backup", "verify", "@" + file).err()).doesNotContain(VALUE);
    }

    @Test
    void helpVersionAndCompletionStartNoEngine() {
        for (var words :
                List.of("--help", "--version", "version", "help", "help rotate", "rotate --help", "completion")) {
            assertThat(start.run(words.split(" ")).code()).as(words).isZero();
        }
        assertThat(start.engines()).isZero();
    }

    /** The first is made from less than the second, because it is asked for more often. */
    @Test
    void theOverviewSaysWhatHelpSays() {
        assertThat(start.run("--help").out()).isEqualTo(start.run("help").out());
        assertThat(start.run("-h").out()).isEqualTo(start.run("help").out());
    }

    @Test
    void helpNamesEveryCommandAndEveryExitCode() {
        var out = start.run("--help").out();
        assertThat(out)
                .contains("check", "import", "setup", "plan", "rotate", "status", "abort", "repair", "list", "history")
                .contains("backup", "worker", "schema", "completion", "version", "help")
                .doesNotContain("train");
        for (var exit : ExitCode.values()) {
            assertThat(out).contains(exit.code() + "   " + exit.meaning().substring(0, 12));
        }
    }

    @Test
    void commandsOfOtherModulesAreListedAndRun() {
        assertThat(start.run("--help").out()).contains("hello", "A contributed command.");
        var end = start.run("hello");
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.out()).isEqualTo("hello\n");
        assertThat(start.run("completion").out()).contains("hello");
    }

    @Test
    void completionKnowsCommandsAndOptions() {
        assertThat(start.run("completion").out())
                .contains("rotate", "--no-backup", "complete -F")
                .doesNotContain("train");
    }

    @Test
    void theVersionIsTheOneThatWasBuilt() {
        assertThat(start.run("--version").out()).matches("keyturn \\d+\\.\\d+.* \\(Java .*\\)\n");
        var json = start.run("version", "--output", "json").json();
        assertThat(json.path("version").asText()).matches("\\d+\\.\\d+.*");
        assertThat(json.path("java").asText()).isNotEmpty();
    }
}
