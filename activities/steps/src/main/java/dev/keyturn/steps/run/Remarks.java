package dev.keyturn.steps.run;

import dev.keyturn.spi.Finding;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.workflows.contract.Remark;
import java.util.List;

/** Findings of adapters as remarks of the contract. */
final class Remarks {
    private Remarks() {}

    static List<Remark> of(List<Finding> findings) {
        return findings.stream().map(Remarks::of).toList();
    }

    /** What a backup holds that cannot be opened is not known; a run that does not need it goes on. */
    static List<Remark> unopened(BackedUpValues backedUp) {
        return backedUp.unopened().stream()
                .map(why -> new Remark(
                        Remark.Severity.WARNS, "backups", why, "a backup that opens", "keyturn backup verify"))
                .toList();
    }

    static Remark of(Finding finding) {
        Remark.Severity severity = Remark.Severity.valueOf(finding.severity().name());
        return new Remark(severity, finding.object(), finding.found(), finding.expected(), finding.next());
    }
}
