package dev.keyturn.starter;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** As another module would bring a command. */
public final class HelloContribution implements CommandContribution {
    @Override
    public Object command(Session session) {
        return new Hello(session);
    }

    @Command(name = "hello", description = "A contributed command.")
    private record Hello(Session session) implements Callable<Integer> {
        @Override
        public Integer call() {
            session.console().say(session.console().page().line("hello"));
            return ExitCode.FINDINGS.code();
        }
    }
}
