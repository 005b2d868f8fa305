package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * What the record of a run is made from.
 *
 * @param kind which end it is
 * @param cause why it is not done; empty if it is
 * @param steps what was done, in order
 * @param predicted the gaps that the plan foretold; empty if an earlier process made the plan
 * @param failures what failed on the way back or forward
 */
public record Ending(
        Outcome.Kind kind, String cause, List<StepReport> steps, List<Gap> predicted, List<Remark> failures) {
    public Ending {
        steps = List.copyOf(steps);
        predicted = List.copyOf(predicted);
        failures = List.copyOf(failures);
    }
}
