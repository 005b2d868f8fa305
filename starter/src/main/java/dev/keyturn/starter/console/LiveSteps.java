package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The list of steps, redrawn in place. Steps that have ended from the top on are written once and scroll away, so that
 * hundreds of steps need no more lines than the terminal has.
 */
final class LiveSteps implements Steps {
    private static final long REDRAW_MILLIS = 200;
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private final PrintStream out;
    private final Style style;
    private final int rows;
    private final ScheduledExecutorService clock;
    private final Map<Integer, Long> begun = new HashMap<>();
    private Progress progress = new Progress("", "", List.of());
    private int settled;
    private int drawn;
    private boolean closed;

    LiveSteps(PrintStream out, Style style, int rows) {
        this.out = out;
        this.style = style;
        this.rows = rows;
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "keyturn-steps");
            thread.setDaemon(true);
            return thread;
        });
        var ignored = clock.scheduleAtFixedRate(this::draw, REDRAW_MILLIS, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void accept(Progress now) {
        progress = now;
        for (var index = 0; index < now.lines().size(); index++) {
            if (now.lines().get(index).state() == Progress.State.RUNNING) {
                begun.putIfAbsent(index, System.nanoTime());
            } else {
                begun.remove(index);
            }
        }
        draw();
    }

    @Override
    public synchronized void note(String text) {
        if (closed) {
            out.println(Style.clean(text));
            return;
        }
        out.print(home() + CLEAR_BELOW + style.toned(Tone.WARNING, Style.clean(text)) + "\n");
        drawn = 0;
        draw();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            clock.shutdownNow();
            var rest = new StringBuilder(home());
            settle(rest, progress.lines().size());
            out.print(rest + CLEAR_BELOW);
            out.flush();
        }
    }

    private synchronized void draw() {
        if (closed || (progress.lines().isEmpty() && progress.phase().isEmpty())) {
            return;
        }
        var screen = new StringBuilder(home());
        settle(screen, firstUnended());
        var moving = moving();
        moving.forEach(line -> screen.append(line).append(CLEAR_LINE).append('\n'));
        out.print(screen + CLEAR_BELOW);
        out.flush();
        drawn = moving.size();
    }

    /** To the beginning of what was drawn last. */
    private String home() {
        return drawn == 0 ? "\r" : "\r\033[" + drawn + "A";
    }

    private void settle(StringBuilder screen, int end) {
        for (; settled < end; settled++) {
            screen.append(line(settled)).append(CLEAR_LINE).append('\n');
        }
    }

    private int firstUnended() {
        var index = settled;
        while (index < progress.lines().size()
                && progress.lines().get(index).state().hasEnded()) {
            index++;
        }
        return index;
    }

    private List<String> moving() {
        List<String> moving = new ArrayList<>();
        var left = progress.lines().size() - settled;
        // One line for the phase, one for what does not fit, one for the cursor.
        var room = Math.max(1, rows - 3);
        for (var index = settled; index < settled + Math.min(left, room); index++) {
            moving.add(line(index));
        }
        if (left > room) {
            moving.add(style.toned(Tone.DIM, "  and " + Amounts.count(left - room, "more step")));
        }
        moving.add(style.toned(Tone.BOLD, style.cut(Style.clean(progress.phase()), style.columns() - 1)));
        return moving;
    }

    private String line(int index) {
        var line = progress.lines().get(index);
        var since = begun.get(index);
        var millis = since == null ? line.millis() : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        return new StepLine(line, millis).text(style, style.columns() - 1);
    }
}
