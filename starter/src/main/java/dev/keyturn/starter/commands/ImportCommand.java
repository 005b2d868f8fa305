package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "import",
        description =
                "Takes the values that live now into the store, where it has none: from where they are published, or from a backup."
                        + " What a server accepts decides. Changes nothing else, and never makes a value.")
final class ImportCommand extends EnvironmentCommand {
    @Mixin
    private RunOptions run;

    ImportCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var wish = new Request(
                environment.name(),
                Purpose.IMPORT,
                List.of(),
                run.backup(),
                false,
                run.reason(),
                session().user(),
                "");
        return new ConfirmedRun(session(), run.yes()).of(environment, wish);
    }
}
