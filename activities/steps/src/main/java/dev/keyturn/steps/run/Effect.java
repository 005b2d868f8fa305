package dev.keyturn.steps.run;

import dev.keyturn.workflows.contract.Proof;
import java.util.List;

/**
 * What a step did.
 *
 * @param changed false if everything was as wanted
 * @param detail for a person; never a value
 * @param proofs what was shown
 */
record Effect(boolean changed, String detail, List<Proof> proofs) {
    static final Effect NOTHING = new Effect(false, "as wanted already", List.of());

    static Effect of(boolean changed, String detail) {
        return new Effect(changed, detail, List.of());
    }
}
