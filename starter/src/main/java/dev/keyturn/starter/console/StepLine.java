package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Progress;

/** A step as one line: a sign and a word for its state, the time, what it is, what came of it. */
record StepLine(Progress.Line line, long millis) {
    private static final int TIME = 9;

    /** Without colours, as long as it is. */
    String text(Style style) {
        return sign(style) + " " + time() + "  " + what(style);
    }

    /** With colours, in at most {@code columns}. */
    String text(Style style, int columns) {
        var start = sign(style);
        var room = columns - Style.width(start) - 3 - TIME;
        return style.toned(tone(), start) + " " + time() + "  " + style.cut(what(style), room);
    }

    private String what(Style style) {
        var detail = Style.clean(line.detail());
        return Style.clean(line.text()) + (detail.isEmpty() ? "" : " " + style.nothing() + " " + detail);
    }

    private String time() {
        var text = line.state() == Progress.State.WAITING ? "" : Amounts.duration(millis);
        return " ".repeat(Math.max(0, TIME - text.length())) + text;
    }

    private String sign(Style style) {
        return switch (line.state()) {
            case WAITING -> style.sign("·", ".") + " waiting  ";
            case RUNNING -> style.sign("▸", ">") + " running  ";
            case DONE -> style.sign("✓", "+") + " done     ";
            case UNCHANGED -> style.sign("=", "=") + " unchanged";
            case FAILED -> style.sign("✗", "x") + " failed   ";
        };
    }

    private Tone tone() {
        return switch (line.state()) {
            case WAITING -> Tone.DIM;
            case RUNNING -> Tone.BOLD;
            case DONE, UNCHANGED -> Tone.GOOD;
            case FAILED -> Tone.BAD;
        };
    }
}
