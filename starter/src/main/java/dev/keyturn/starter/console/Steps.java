package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Progress;
import java.util.function.Consumer;

/** Shows how far a run is. Called from the run's watcher and from the thread of a signal: all methods are thread-safe. */
public interface Steps extends Consumer<Progress>, AutoCloseable {
    /** Says something besides, without disturbing what is shown. */
    void note(String text);

    /** Shows the last state and lets go of the terminal; a second call does nothing. */
    @Override
    void close();
}
