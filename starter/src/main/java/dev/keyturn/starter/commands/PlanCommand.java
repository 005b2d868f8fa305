package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.PlanText;
import dev.keyturn.starter.console.Tone;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = {
            "Shows what a run would do, in which steps and with which gaps; changes nothing.",
            "Exit code 3 if the run would be refused."
        })
final class PlanCommand extends EnvironmentCommand {
    @Mixin
    private OnlySecrets only;

    @Option(
            names = "--for",
            paramLabel = "COMMAND",
            defaultValue = "ROTATE",
            description = "rotate, setup, import or repair. Default: rotate.")
    private Purpose purpose = Purpose.ROTATE;

    PlanCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var plan = environment.plan(
                Request.of(environment.name(), purpose, session().user()).withOnly(only.names()));
        var page = console().page();
        PlanText.add(page, plan);
        if (plan.refused()) {
            page.heading("Refused").line(Tone.BAD, "A run would be refused for what blocks it.");
        }
        return new Answer(plan.refused() ? ExitCode.REFUSED : ExitCode.DONE, page, Map.of("plan", plan));
    }
}
