package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "setup",
        description =
                "Gives a value to each secret that has none: taken over where one is found, also in a backup, generated where"
                        + " not.")
final class SetupCommand extends EnvironmentCommand {
    @Option(
            names = "--force",
            description = "Replace values that are not recognised, on the servers too. Without it they are kept.")
    private boolean force;

    @Mixin
    private OnlySecrets only;

    @Mixin
    private RunOptions run;

    SetupCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var wish = new Request(
                environment.name(),
                Purpose.SETUP,
                only.names(),
                run.backup(),
                force,
                run.reason(),
                session().user(),
                "");
        return new ConfirmedRun(session(), run.yes()).of(environment, wish);
    }
}
