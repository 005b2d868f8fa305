package dev.keyturn.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandsTest {
    private final Start start = new Start();

    @ParameterizedTest
    @CsvSource({"rotate,ROTATE", "setup,SETUP", "import,IMPORT", "repair,REPAIR"})
    void eachCommandRunsForItsPurposeWithTheDigestOfThePlanThatWasShown(String command, Purpose purpose) {
        var end = start.run(command, "--yes");
        assertThat(end.code()).isZero();
        assertThat(start.environment.planned)
                .singleElement()
                .satisfies(wish -> assertThat(wish.digest()).isEmpty());
        assertThat(start.environment.ran).singleElement().satisfies(request -> {
            assertThat(request.purpose()).isEqualTo(purpose);
            assertThat(request.digest()).isEqualTo("digest-1");
            assertThat(request.environment()).isEqualTo("prod");
            assertThat(request.backup()).isTrue();
            assertThat(request.force()).isFalse();
        });
        assertThat(start.environment.closed).isTrue();
    }

    @Test
    void optionsReachTheRequest() {
        start.run("rotate", "-y", "--only", "a, b", "--only=c", "--no-backup", "--reason", "quarterly");
        var request = start.environment.ran.get(0);
        assertThat(request.only()).containsExactly("a", "b", "c");
        assertThat(request.backup()).isFalse();
        assertThat(request.reason()).isEqualTo("quarterly");
        start.run("setup", "-y", "--force", "--only", "a");
        assertThat(start.environment.ran.get(1).force()).isTrue();
        assertThat(start.environment.ran.get(1).only()).containsExactly("a");
    }

    /** Where no steps are shown, a run that waits for somebody must not wait in silence. */
    @ParameterizedTest
    @ValueSource(strings = {"--output=human", "--output=json", "--quiet"})
    void whatARunWaitsForIsSaid(String how) {
        start.environment.note = Optional.of("Waiting: no worker answers.");
        var end = start.run("rotate", "-y", how);
        assertThat(how.equals("--output=human") ? end.out() : end.err()).contains("Waiting: no worker answers.");
        assertThat(end.code()).isZero();
    }

    @Test
    void behindSudoTheAuditNamesThePerson() {
        start.variables.put("SUDO_USER", "alice");
        start.run("rotate", "-y");
        assertThat(start.environment.ran.get(0).by()).isEqualTo("alice as " + System.getProperty("user.name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,,b", " "})
    void anEmptyNameInOnlyDoesNotMeanAll(String only) {
        var end = start.run("rotate", "-y", "--only=" + only);
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.err()).contains("--only").contains("Nothing was changed");
        assertThat(start.environment.ran).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DONE,0", "ROLLED_BACK,1", "REFUSED,3", "DRIFT,4", "UNSETTLED,5"})
    void theExitCodeIsTheOutcome(Outcome.Kind kind, int code) {
        start.environment.run = (request, watcher) -> FakeEnvironment.outcome(kind, request.purpose());
        assertThat(start.run("rotate", "-y").code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rotate", "setup", "import", "repair"})
    void withoutATerminalNobodyIsAskedAndNothingIsRun(String command) {
        var end = start.run(command);
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.err())
                .contains("no terminal")
                .contains("Nothing was changed")
                .contains("--yes");
        assertThat(start.environment.planned).isEmpty();
        assertThat(start.environment.ran).isEmpty();
    }

    @Test
    void whoCannotSeeTheQuestionIsNotAsked() {
        start.on(new dev.keyturn.starter.console.Terminal(
                true, false, true, 80, 24, true, false, java.nio.charset.StandardCharsets.UTF_8));
        assertThat(start.run("rotate").code()).isEqualTo(2);
        assertThat(start.environment.ran).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"y\n", "yes\n", " YES \n"})
    void aYesRuns(String answer) {
        var end = start.onTerminal(answer).run("rotate");
        assertThat(end.code()).isZero();
        assertThat(end.out()).contains("Change 1 secret of prod now? [y/N]");
        assertThat(start.environment.ran).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "n\n", "yess\n"})
    void anythingElseThanAYesChangesNothing(String answer) {
        var end = start.onTerminal(answer).run("rotate");
        assertThat(end.code()).isEqualTo(3);
        assertThat(end.out()).contains("Nothing was changed");
        assertThat(start.environment.ran).isEmpty();
    }

    @Test
    void thePlanIsShownBeforeTheQuestion() {
        var out = start.onTerminal("n\n").run("rotate").out();
        assertThat(out.substring(0, out.indexOf("now? [y/N]")))
                .contains("db_password")
                .contains("3 → 4")
                .contains("sessions end")
                .contains("app on main accepts version 4")
                .contains("at most 2.0 s")
                .contains("digest-1");
    }

    @Test
    void aRefusedPlanShowsWhatBlocksAndIsNotRun() {
        start.environment.remarks.add(new Remark(
                Remark.Severity.BLOCKS, "main", "takes any password", "a refusal", "turn authentication on"));
        var end = start.run("rotate", "-y");
        assertThat(end.code()).isEqualTo(3);
        assertThat(end.out())
                .contains("blocks", "main", "takes any password; expected: a refusal", "next: turn authentication on");
        assertThat(start.environment.ran).isEmpty();
    }

    @Test
    void nothingToDoIsDoneWithoutARunButARepairIsAlwaysRun() {
        start.environment.changes = List.of();
        var end = start.run("rotate", "-y");
        assertThat(end.code()).isZero();
        assertThat(end.out()).contains("nothing to do");
        assertThat(start.environment.ran).isEmpty();
        start.run("repair", "-y");
        assertThat(start.environment.ran).hasSize(1);
    }

    @Test
    void theReportHoldsProofsGapsTimesAndWhoMustAct() {
        assertThat(start.run("rotate", "-y").out())
                .contains("proven      db_password: new password of app on main  accepted")
                .contains("not proven  oidc_secret: old secret")
                .contains("to act: the provider's admin")
                .containsPattern("app on main +at most 2\\.0 s +850 ms")
                .containsPattern("promote switch main +1\\.2 s +changed +app changed")
                .contains("Done (run r-7)\nThis is how it ended.");
    }

    @Test
    void jsonIsOneDocumentOnTheStandardOutputAndNothingElse() {
        start.environment.run = (request, watcher) -> {
            watcher.accept(new Progress("r-7", "promote", List.of()));
            return FakeEnvironment.outcome(Outcome.Kind.ROLLED_BACK, request.purpose());
        };
        var end = start.run("rotate", "-y", "--output", "json");
        var json = end.json();
        assertThat(end.err()).isEmpty();
        assertThat(json.path("command").asText()).isEqualTo("rotate");
        assertThat(json.path("exit").asText()).isEqualTo("findings");
        assertThat(json.path("code").asInt()).isEqualTo(1);
        assertThat(json.path("outcome").path("kind").asText()).isEqualTo("ROLLED_BACK");
        assertThat(json.path("plan").path("changes").path(0).path("secret").asText())
                .isEqualTo("db_password");
    }

    @Test
    void withJsonThePersonReadsAndAnswersOnTheStandardError() {
        var end = start.onTerminal("y\n").run("--output=json", "rotate");
        assertThat(end.json().path("exit").asText()).isEqualTo("done");
        assertThat(end.err()).contains("db_password").contains("now? [y/N]");
    }

    @Test
    void quietSaysHowItEndedAndNoMore() {
        assertThat(start.run("rotate", "-y", "-q").out()).isEqualTo("Done (run r-7)\nThis is how it ended.\n");
    }

    @Test
    void inAPipeEachStepThatEndsIsOneLine() {
        start.environment.run = (request, watcher) -> {
            watcher.accept(progress(Progress.State.WAITING, 0));
            watcher.accept(progress(Progress.State.RUNNING, 0));
            watcher.accept(progress(Progress.State.RUNNING, 0));
            watcher.accept(progress(Progress.State.DONE, 1200));
            watcher.accept(progress(Progress.State.DONE, 1200));
            return FakeEnvironment.outcome(Outcome.Kind.DONE, request.purpose());
        };
        var out = start.run("rotate", "-y").out();
        assertThat(out).doesNotContain("\033").containsOnlyOnce("switch app").containsOnlyOnce("\npromote\n");
        assertThat(out).containsPattern("✓ done +1\\.2 s  switch app – accepted");
    }

    @Test
    void theFirstSignalAbortsTheRunAndItsEndIsReported() {
        start.environment.run = (request, watcher) -> {
            start.signal(1);
            var aborted = Thread.interrupted();
            return FakeEnvironment.outcome(aborted ? Outcome.Kind.ROLLED_BACK : Outcome.Kind.DONE, request.purpose());
        };
        var end = start.run("rotate", "-y");
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.out()).contains("Stopping.").contains("Rolled back");
        assertThat(start.left).isEmpty();
        assertThat(start.listens()).isFalse();
    }

    @Test
    void theSecondSignalLeavesAndSaysHowToGoOn() {
        start.environment.run = (request, watcher) -> {
            start.signal(1);
            start.signal(2);
            return FakeEnvironment.outcome(Outcome.Kind.UNSETTLED, request.purpose());
        };
        var end = start.run("rotate", "-y");
        assertThat(start.left).containsExactly(5);
        assertThat(end.err()).contains("keyturn repair");
    }

    @Test
    void aSignalAtTheEndOfTheRunDoesNotHitWhatFollows() {
        start.environment.run = (request, watcher) -> {
            start.signal(1);
            return FakeEnvironment.outcome(Outcome.Kind.DONE, request.purpose());
        };
        start.run("rotate", "-y");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void theWorkerEndsWithTheFirstSignal() {
        start.environment.work = () -> {
            start.signal(1);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        };
        var end = start.run("worker");
        assertThat(end.code()).isZero();
        assertThat(end.out()).contains("has ended");
    }

    private static Progress progress(Progress.State state, long millis) {
        var detail = state == Progress.State.DONE ? "accepted" : "";
        return new Progress("r-7", "promote", List.of(new Progress.Line("switch app", state, detail, millis)));
    }
}
