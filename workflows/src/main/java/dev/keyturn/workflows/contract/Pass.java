package dev.keyturn.workflows.contract;

import java.util.List;

/** The way to one arrangement: steps in an order in which nobody is locked out. */
public record Pass(String arrangement, List<Step> steps) {
    public Pass {
        steps = List.copyOf(steps);
    }
}
