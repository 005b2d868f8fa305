package dev.keyturn.workflows.environment;

import dev.keyturn.workflows.contract.Progress;
import java.util.List;
import java.util.Optional;

/**
 * How an environment stands.
 *
 * @param environment its name
 * @param engine where runs happen: in process, or a Temporal server's address and namespace
 * @param holder who holds the lock now; empty if nobody does
 * @param open the run that is not closed, if there is one
 * @param progress how far it is, if it runs where it can be asked
 * @param last the newest closed run
 * @param due what waits for its time: late withdrawals
 * @param secrets how many secrets there are
 * @param next the next thing to do, as a command; empty if there is nothing to do
 */
public record Status(
        String environment,
        String engine,
        String holder,
        Optional<RunLine> open,
        Optional<Progress> progress,
        Optional<RunLine> last,
        List<String> due,
        int secrets,
        String next) {
    public Status {
        due = List.copyOf(due);
    }
}
