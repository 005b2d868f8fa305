package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.JsonDocument;
import dev.keyturn.starter.console.PlanText;
import dev.keyturn.starter.console.ReportText;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Touches what the usual commands load, for the launcher's class-data archive: help, completion, and a whole run in an
 * environment of one secret and one key directory. It prints nothing.
 */
@Command(name = "train", hidden = true, description = "For the launcher: loads what is usually needed.")
final class TrainCommand implements Callable<Integer> {
    private static final long LONGEST_MILLIS = 60_000;
    private static final String MANIFEST = """
            environment: training
            secrets:
              example: {generate: alphanumeric(32)}
            publish:
              - key-directory: {path: keys, suffix: .txt, mode: "0600"}
            """;

    @Spec
    private CommandSpec spec;

    private final Session session;

    @Option(
            names = "--folder",
            required = true,
            description = "An empty folder to work in. Never the user's manifest: what is run here is not asked about.")
    private Path folder;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        // The launcher waits for this. The archive is written at the exit, whatever was loaded until then.
        new Timer(true).schedule(new GiveUp(), LONGEST_MILLIS);
        var root = spec.root().commandLine();
        var help = root.getUsageMessage() + AutoComplete.bash("keyturn", root);
        var overview = new CommandLine(CommandSpec.create());
        Commands.list(overview);
        help += overview.getUsageMessage();
        var manifest = folder.resolve("training.yaml");
        Files.writeString(manifest, MANIFEST, java.nio.file.StandardOpenOption.CREATE_NEW);
        try (var environment = session.engine().open(manifest)) {
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

    private static final class GiveUp extends TimerTask {
        @Override
        public void run() {
            System.exit(ExitCode.UNSETTLED.code());
        }
    }
}
