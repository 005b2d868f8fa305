package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * What a step did.
 *
 * @param step the step's {@link Step#id()}
 * @param changed false if everything was as wanted already
 * @param detail for a person: what was done and seen; never a value
 * @param beganMillis when the try that succeeded began, in milliseconds since 1970
 * @param millis how long that try took
 * @param proofs what was shown on the way
 */
public record StepReport(
        String step, boolean changed, String detail, long beganMillis, long millis, List<Proof> proofs) {
    public StepReport {
        proofs = List.copyOf(proofs);
    }

    public long endedMillis() {
        return beganMillis + millis;
    }
}
