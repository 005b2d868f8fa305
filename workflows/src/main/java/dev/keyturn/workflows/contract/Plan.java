package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * What a run would do, and everything that speaks against it.
 *
 * @param digest the same for the same plan; what an approval binds
 * @param changes the secrets that change
 * @param beforeCommit the passes up to the commit point
 * @param afterCommit the passes after it
 * @param gaps the gaps to expect
 * @param remarks what was found; a blocking one means that the run is refused
 */
public record Plan(
        String environment,
        Purpose purpose,
        String digest,
        List<Change> changes,
        List<Pass> beforeCommit,
        List<Pass> afterCommit,
        List<Gap> gaps,
        List<Remark> remarks) {
    public Plan {
        changes = List.copyOf(changes);
        beforeCommit = List.copyOf(beforeCommit);
        afterCommit = List.copyOf(afterCommit);
        gaps = List.copyOf(gaps);
        remarks = List.copyOf(remarks);
    }

    public boolean refused() {
        return remarks.stream().anyMatch(Remark::blocks);
    }

    public boolean changesNothing() {
        return changes.isEmpty() && beforeCommit.isEmpty() && afterCommit.isEmpty();
    }
}
