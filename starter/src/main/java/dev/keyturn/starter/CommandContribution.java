package dev.keyturn.starter;

/**
 * A command from another module, given to {@link Keyturn#start}. It is asked for help, for completion, and when the
 * command line names no command of the starter's own.
 */
@FunctionalInterface
public interface CommandContribution {
    /**
     * An object with picocli's {@code @Command} whose {@code name} is none of the starter's, and which is a {@code
     * Callable<Integer>} giving an {@link ExitCode#code()}. Must be cheap: it is called for {@code --help} as well.
     */
    Object command(Session session);
}
