package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Progress;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** One line for each phase that begins and each step that ends: for pipes, logs and terminals that cannot move their cursor. */
final class PlainSteps implements Steps {
    private final PrintStream out;
    private final Style style;
    private final Map<Integer, Progress.State> told = new HashMap<>();
    private String phase = "";

    PlainSteps(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    @Override
    public synchronized void accept(Progress progress) {
        for (var index = 0; index < progress.lines().size(); index++) {
            var line = progress.lines().get(index);
            if (line.state() != told.put(index, line.state()) && line.state().hasEnded()) {
                out.println("  " + new StepLine(line, line.millis()).text(style));
            }
        }
        if (!progress.phase().equals(phase)) {
            phase = progress.phase();
            // A short one may have ended before it was first looked at.
            if (progress.lines().stream()
                    .noneMatch(line -> line.state().hasEnded() && line.text().equals(phase))) {
                out.println(Style.clean(phase));
            }
        }
        out.flush();
    }

    @Override
    public synchronized void note(String text) {
        out.println(Style.clean(text));
        out.flush();
    }

    @Override
    public void close() {}
}
