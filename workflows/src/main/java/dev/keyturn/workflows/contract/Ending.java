package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * What the record of a run is made from.
 *
 * @param kind which end it is
 * @param cause why it is not done; empty if it is
 * @param steps what was done, in order
 * @param failures what failed on the way back or forward
 */
public record Ending(Outcome.Kind kind, String cause, List<StepReport> steps, List<Remark> failures) {
    public Ending {
        steps = List.copyOf(steps);
        failures = List.copyOf(failures);
    }
}
