package dev.keyturn.starter.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LiveStepsTest {
    private static final int ROWS = 10;
    private static final Pattern UP = Pattern.compile("\033\\[(\\d+)A");
    private static final Pattern CODES = Pattern.compile("\033\\[[0-9;]*[A-Za-z]|\r");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LiveSteps steps = new LiveSteps(new PrintStream(out, true, UTF_8), new Style(true, true, 80), ROWS);

    @Test
    void fiveHundredStepsNeverMoveAboveTheTerminal() {
        for (var ended = 0; ended <= 500; ended += 7) {
            steps.accept(progress(ended, 500));
        }
        steps.close();
        var matcher = UP.matcher(text());
        var moves = new ArrayList<Integer>();
        while (matcher.find()) {
            moves.add(Integer.parseInt(matcher.group(1)));
        }
        assertThat(moves).isNotEmpty().allSatisfy(lines -> assertThat(lines).isLessThan(ROWS));
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        steps.accept(progress(3, 40));
        steps.note("x");
        steps.close();
        assertThat(CODES.matcher(text()).replaceAll("").lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    }

    @Test
    void aStepThatHasEndedIsWrittenOnceAndAllAreThereAtTheEnd() {
        steps.accept(progress(0, 3));
        steps.accept(progress(2, 3));
        steps.accept(progress(2, 3));
        steps.accept(progress(3, 3));
        steps.close();
        steps.close();
        for (var step = 0; step < 3; step++) {
            assertThat(Pattern.compile("✓ done[^\n]*step " + step + " ")
                            .matcher(text())
                            .results())
                    .hasSize(1);
        }
    }

    @Test
    void aNoteIsKeptAboveTheSteps() {
        steps.accept(progress(0, 2));
        steps.note("Stopping.");
        steps.accept(progress(1, 2));
        steps.close();
        var seen = screen(text());
        assertThat(seen).containsOnlyOnce("Stopping.");
        assertThat(String.join("\n", seen)).contains("step 0", "step 1");
    }

    /** What is left on a screen that is high enough. */
    private static List<String> screen(String written) {
        List<String> lines = new ArrayList<>(List.of(""));
        var row = 0;
        for (var at = 0; at < written.length(); at++) {
            var rest = written.substring(at);
            var code = Pattern.compile("^\033\\[([0-9;]*)([A-Za-z])").matcher(rest);
            if (code.find()) {
                at += code.end() - 1;
                if (code.group(2).equals("A")) {
                    row -= Integer.parseInt(code.group(1));
                    lines.set(row, "");
                } else if (code.group(2).equals("J")) {
                    lines = new ArrayList<>(lines.subList(0, row));
                    lines.add("");
                }
            } else if (rest.charAt(0) == '\n') {
                row++;
                if (row == lines.size()) {
                    lines.add("");
                } else {
                    lines.set(row, "");
                }
            } else if (rest.charAt(0) != '\r') {
                lines.set(row, lines.get(row) + rest.charAt(0));
            }
        }
        return lines;
    }

    private String text() {
        return out.toString(UTF_8);
    }

    private static Progress progress(int ended, int all) {
        List<Progress.Line> lines = new ArrayList<>();
        for (var step = 0; step < all; step++) {
            var state = step < ended
                    ? Progress.State.DONE
                    : step == ended ? Progress.State.RUNNING : Progress.State.WAITING;
            var detail = step < ended ? "what came of it, at some length, so that it must be cut".repeat(2) : "";
            lines.add(new Progress.Line("step " + step + " of the list", state, detail, 1200));
        }
        return new Progress("r-1", "promote", lines);
    }
}
