package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * What a step did.
 *
 * @param step the step's {@link Step#id()}
 * @param changed false if everything was as wanted already
 * @param detail for a person: what was done and seen; never a value
 * @param millis how long it took
 * @param proofs what was shown on the way
 */
public record StepReport(String step, boolean changed, String detail, long millis, List<Proof> proofs) {
    public StepReport {
        proofs = List.copyOf(proofs);
    }
}
