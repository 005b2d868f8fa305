package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.workflows.environment.Environment;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "worker",
        description = {
            "Works for a Temporal server until Ctrl-C or a signal to end.",
            "The server is found by Temporal's usual settings, such as TEMPORAL_ADDRESS."
        })
final class WorkerCommand extends EnvironmentCommand {
    WorkerCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        if (!console().quiet()) {
            console().complain("Starting a worker for " + environment.name() + ". Ctrl-C ends it.");
        }
        session().work(environment);
        return new Answer(
                ExitCode.DONE, console().page().line("The worker of " + environment.name() + " has ended."), Map.of());
    }
}
