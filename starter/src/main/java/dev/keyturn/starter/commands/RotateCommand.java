package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rotate",
        description = {
            "Gives secrets new values, step by step, and proves the old ones dead.",
            "Shows the plan and asks first. If something breaks before the commit point, it puts back what it found."
        })
final class RotateCommand extends EnvironmentCommand {
    @Mixin
    private OnlySecrets only;

    @Mixin
    private RunOptions run;

    RotateCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var wish = new Request(
                environment.name(),
                Purpose.ROTATE,
                only.names(),
                run.backup(),
                false,
                run.reason(),
                session().user(),
                "");
        return new ConfirmedRun(session(), run.yes()).of(environment, wish);
    }
}
