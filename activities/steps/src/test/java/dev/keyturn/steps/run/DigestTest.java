package dev.keyturn.steps.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {
    private static final String MANIFEST = "5d41402abc4b2a76";
    private static final Change CHANGE = new Change("app_pw", "generated", 1, 2, "generated", "");
    private static final Step STEP = new Step("promote", Step.Kind.SWITCH, "main", "switch 1 account on main", 60);

    @Test
    void theSamePlanHasTheSameDigestInEveryProcess() {
        // A literal: an approval is given in one process and asked for in another.
        assertThat(digest(List.of(CHANGE), STEP, List.of())).isEqualTo("fb3da0f66345be36");
    }

    @Test
    void whateverThePlanWouldDoOtherwiseChangesTheDigest() {
        List<String> digests = new ArrayList<>();
        digests.add(digest(List.of(CHANGE), STEP, List.of()));
        digests.add(digest(List.of(), STEP, List.of()));
        digests.add(digest(List.of(new Change("app_pw", "generated", 2, 3, "generated", "")), STEP, List.of()));
        digests.add(digest(List.of(CHANGE), new Step("promote", Step.Kind.SWITCH, "other", "", 60), List.of()));
        digests.add(digest(List.of(CHANGE), new Step("promote", Step.Kind.NARROW, "main", "", 60), List.of()));
        digests.add(digest(List.of(CHANGE), STEP, List.of(remark(Severity.BLOCKS))));
        digests.add(Digest.of(
                MANIFEST, List.of(CHANGE), List.of(), List.of(new Pass("promote", List.of(STEP))), List.of()));
        digests.add(Digest.of(
                "another", List.of(CHANGE), List.of(new Pass("promote", List.of(STEP))), List.of(), List.of()));

        assertThat(new HashSet<>(digests)).hasSameSizeAs(digests);
    }

    @Test
    void aPassingWarningDoesNotChangeTheDigest() {
        assertThat(digest(List.of(CHANGE), STEP, List.of(remark(Severity.WARNS), remark(Severity.NOTES))))
                .isEqualTo(digest(List.of(CHANGE), STEP, List.of()));
    }

    private static String digest(List<Change> changes, Step step, List<Remark> remarks) {
        return Digest.of(MANIFEST, changes, List.of(new Pass("promote", List.of(step))), List.of(), remarks);
    }

    private static Remark remark(Severity severity) {
        return new Remark(severity, "disk", "half full", "room", "");
    }
}
