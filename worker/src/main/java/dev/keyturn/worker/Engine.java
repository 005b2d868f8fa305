package dev.keyturn.worker;

import dev.keyturn.workflows.contract.Progress;
import io.temporal.client.WorkflowClient;
import java.util.Optional;

/** Where workflows run. */
interface Engine extends AutoCloseable {
    WorkflowClient client();

    /** For a person: in process, or a server's address and namespace. */
    String name();

    /** Asks the run in progress to turn round; empty if none runs. */
    Optional<String> abort(String reason);

    /** How far the run in progress is, where it can be asked. */
    Optional<Progress> progress();

    @Override
    void close();
}
