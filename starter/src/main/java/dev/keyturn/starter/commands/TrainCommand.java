package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.JsonDocument;
import dev.keyturn.starter.console.PlanText;
import dev.keyturn.starter.console.ReportText;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Touches what the usual commands load, for the launcher's class-data archive. It prints nothing. */
@Command(name = "train", hidden = true, description = "For the launcher: loads what is usually needed.")
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private final Session session;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        var help = root.getUsageMessage() + AutoComplete.bash("keyturn", root);
        try (var environment = session.open()) {
            read(environment);
            var wish = Request.of(environment.name(), Purpose.SETUP, session.user());
            var plan = environment.plan(wish);
            var outcome = environment.run(wish.withDigest(plan.digest()), progress -> {});
            var page = session.console().page();
            PlanText.add(page, plan);
            ReportText.add(page, outcome);
            help += page.text();
            read(environment);
        }
        return help.isEmpty() ? ExitCode.UNSETTLED.code() : ExitCode.DONE.code();
    }

    private static void read(Environment environment) {
        var all = List.of(environment.status(), environment.list(), environment.history(1), environment.check());
        if (JsonDocument.bytes(Map.of("all", all)).length == 0) {
            throw new IllegalStateException("An answer has no JSON form");
        }
    }
}
