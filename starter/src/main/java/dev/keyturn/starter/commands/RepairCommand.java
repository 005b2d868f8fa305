package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "repair",
        description =
                "Finishes what an interrupted run left, and brings copies that differ back to what the store calls current.")
final class RepairCommand extends EnvironmentCommand {
    @Mixin
    private RunOptions run;

    RepairCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var wish = new Request(
                environment.name(),
                Purpose.REPAIR,
                List.of(),
                run.backup(),
                false,
                run.reason(),
                session().user(),
                "");
        return new ConfirmedRun(session(), run.yes()).of(environment, wish);
    }
}
