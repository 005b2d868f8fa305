package dev.keyturn.steps.run;

import dev.keyturn.spi.Finding;
import dev.keyturn.workflows.contract.Remark;
import java.util.List;

/** Findings of adapters as remarks of the contract. */
final class Remarks {
    private Remarks() {}

    static List<Remark> of(List<Finding> findings) {
        return findings.stream().map(Remarks::of).toList();
    }

    static Remark of(Finding finding) {
        Remark.Severity severity = Remark.Severity.valueOf(finding.severity().name());
        return new Remark(severity, finding.object(), finding.found(), finding.expected(), finding.next());
    }
}
