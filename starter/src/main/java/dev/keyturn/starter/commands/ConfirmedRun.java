package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.Console;
import dev.keyturn.starter.console.PlanText;
import dev.keyturn.starter.console.RemarkText;
import dev.keyturn.starter.console.ReportText;
import dev.keyturn.starter.console.Tone;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.util.Map;

/** Plans, shows the plan, asks, and runs exactly what was shown: the request carries the plan's digest. */
final class ConfirmedRun {
    private final Session session;
    private final Console console;
    private final boolean yes;

    /** @param yes whether the person has agreed to whatever is planned */
    ConfirmedRun(Session session, boolean yes) {
        this.session = session;
        this.console = session.console();
        this.yes = yes;
    }

    Answer of(Environment environment, Request wish) {
        if (!yes && !console.canAsk()) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    "There is no terminal to ask on. Nothing was changed. Look at the plan with 'keyturn plan', then run this"
                            + " with --yes.");
        }
        var plan = environment.plan(wish);
        if (plan.refused()) {
            return refused(plan);
        }
        // A repair is run even so: an unfinished run without an effect still has to be closed.
        if (plan.changesNothing() && wish.purpose() != Purpose.REPAIR) {
            return nothingToDo(plan);
        }
        if (!yes || (!console.quiet() && !console.json())) {
            var page = console.page();
            PlanText.add(page, plan);
            page.line("");
            console.say(page);
        }
        if (!yes && !console.confirm(question(plan))) {
            return declined(plan);
        }
        var outcome = session.run(environment, wish.withDigest(plan.digest()));
        return ended(plan, outcome);
    }

    private static String question(Plan plan) {
        var changes = plan.changes().isEmpty()
                ? "Run this"
                : switch (plan.purpose()) {
                    case ROTATE, REPAIR ->
                        "Change " + Amounts.count(plan.changes().size(), "secret");
                    case SETUP -> "Set up " + Amounts.count(plan.changes().size(), "secret");
                    case IMPORT -> "Take over " + Amounts.count(plan.changes().size(), "secret");
                };
        return changes + " of " + plan.environment() + " now?";
    }

    private Answer refused(Plan plan) {
        var page = console.page();
        RemarkText.add(page, "Findings", plan.remarks());
        page.heading("Refused");
        page.line(Tone.BAD, "The plan is refused for what blocks it. Nothing was begun.");
        return new Answer(ExitCode.REFUSED, page, Map.of("plan", plan));
    }

    private Answer nothingToDo(Plan plan) {
        var page = console.page();
        RemarkText.add(page, "Findings", plan.remarks());
        page.line(Tone.GOOD, "There is nothing to do in " + plan.environment() + ".");
        return new Answer(ExitCode.DONE, page, Map.of("plan", plan));
    }

    private Answer declined(Plan plan) {
        var page = console.page().line("Not agreed to. Nothing was changed.");
        return new Answer(ExitCode.REFUSED, page, Map.of("plan", plan));
    }

    private Answer ended(Plan plan, Outcome outcome) {
        var page = console.page();
        if (console.quiet()) {
            RemarkText.add(page, "Findings", outcome.remarks());
            ReportText.sentence(page, outcome);
        } else {
            page.line("");
            ReportText.add(page, outcome);
        }
        return new Answer(ExitCode.of(outcome.kind()), page, Map.of("plan", plan, "outcome", outcome));
    }
}
