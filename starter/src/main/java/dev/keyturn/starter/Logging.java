package dev.keyturn.starter;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Keeps the libraries' logging off the terminal. What a person must know is in the steps, the report and the audit;
 * a library's own words may quote what it was working with.
 */
final class Logging {
    /** Loggers are held weakly by the JDK: without this, the levels set here could be lost. */
    private static final Logger ROOT = Logger.getLogger("");

    private Logging() {}

    /** From now on only {@code least} and above is logged, to the standard error; {@link Level#OFF} for nothing. */
    static void only(Level least) {
        LogManager.getLogManager().reset();
        ROOT.setLevel(least);
        if (!least.equals(Level.OFF)) {
            var handler = new ConsoleHandler();
            handler.setLevel(least);
            ROOT.addHandler(handler);
        }
    }
}
