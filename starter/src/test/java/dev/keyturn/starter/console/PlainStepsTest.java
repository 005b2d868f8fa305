package dev.keyturn.starter.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Progress.Line;
import dev.keyturn.workflows.contract.Progress.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainStepsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PlainSteps steps = new PlainSteps(new PrintStream(out, true, UTF_8), Style.plain(UTF_8));

    @Test
    void aStepIsAnnouncedAndThenEnds() {
        steps.accept(new Progress("r-1", "stage", List.of(new Line("stage", State.RUNNING, "", 0))));
        steps.accept(new Progress(
                "r-1", "commit", List.of(line("stage", State.DONE), new Line("commit", State.RUNNING, "", 0))));
        assertThat(out.toString(UTF_8).lines())
                .satisfiesExactly(
                        said -> assertThat(said).isEqualTo("stage"),
                        said -> assertThat(said).contains("done", "stage – durable"),
                        said -> assertThat(said).isEqualTo("commit"));
    }

    @Test
    void aStepThatEndedUnseenIsNotAnnouncedAfterwards() {
        steps.accept(new Progress("r-1", "stage", List.of(line("stage", State.DONE))));
        assertThat(out.toString(UTF_8).lines())
                .singleElement()
                .satisfies(said -> assertThat(said).contains("stage – durable"));
    }

    private static Line line(String text, State state) {
        return new Line(text, state, "durable", 12);
    }
}
