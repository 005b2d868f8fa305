package dev.keyturn.starter;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** As another module would bring a command. */
@Command(name = "hello", description = "A contributed command.")
record Hello(Session session) implements Callable<Integer> {
    @Override
    public Integer call() {
        session.console().say(session.console().page().line("hello"));
        return ExitCode.FINDINGS.code();
    }
}
