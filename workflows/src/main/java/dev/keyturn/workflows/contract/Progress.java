package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * How far a run is.
 *
 * @param run its identity; empty before it has one
 * @param phase what is being done now: plan, back up, stage, a pass's arrangement, commit, record
 * @param lines the steps known so far, in order
 */
public record Progress(String run, String phase, List<Line> lines) {
    /**
     * One line of the list.
     *
     * @param text the step's summary
     * @param state how it stands
     * @param detail what came of it; empty until then
     * @param millis how long it took; 0 until it has ended
     */
    public record Line(String text, State state, String detail, long millis) {}

    /** How a step stands. */
    public enum State {
        WAITING,
        RUNNING,
        DONE,
        UNCHANGED,
        FAILED;

        /** Whether it stays so, unless the step is tried again. */
        public boolean hasEnded() {
            return this != WAITING && this != RUNNING;
        }
    }

    public Progress {
        lines = List.copyOf(lines);
    }
}
