package dev.keyturn.starter;

import java.util.function.IntConsumer;

/** Hears that somebody wants the process to stop: Ctrl-C, {@code kill}, a closed terminal. */
@FunctionalInterface
public interface Signals {
    /**
     * Until the result is closed, signals go to {@code heard} instead of ending the process.
     *
     * @param heard called with 1 for the first signal, 2 for the second, …, each time from a thread of its own
     */
    Listening listen(IntConsumer heard);

    /** Ends with {@link #close()}, which gives the signals back. */
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
