package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.workflows.environment.Environment;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "abort",
        description = "Asks the run in progress to turn round; after its commit point it goes on to its end.")
final class AbortCommand extends EnvironmentCommand {
    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for the audit.")
    private String reason = "";

    AbortCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var asked = environment.abort(reason);
        var text = asked.map(run -> "Run " + run + " was asked to turn round. Next: keyturn status")
                .orElse("No run is in progress in " + environment.name() + ". Nothing was changed.");
        return new Answer(ExitCode.DONE, console().page().line(text), Map.of("run", asked));
    }
}
