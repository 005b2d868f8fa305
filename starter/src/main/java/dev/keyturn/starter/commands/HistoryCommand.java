package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.Cell;
import dev.keyturn.starter.console.Table;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "history", description = "The runs so far, the newest first.")
final class HistoryCommand extends EnvironmentCommand {
    @Option(names = "--most", paramLabel = "N", defaultValue = "20", description = "At most so many. Default: 20.")
    private int most = 20;

    HistoryCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        if (most < 1) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    "--most is " + most + "; expected 1 or more. Nothing was changed.");
        }
        var runs = environment.history(most);
        var zone = session().clock().getZone();
        var table = new Table().head("begun", "run", "for", "took", "by", "outcome", "secrets", "reason");
        for (var run : runs) {
            table.row(
                    Cell.of(Amounts.date(run.begun(), zone)),
                    Cell.of(run.id()),
                    Cell.of(run.purpose()),
                    Cell.of(run.ended()
                            .map(end -> Amounts.duration(
                                    Duration.between(run.begun(), end).toMillis()))
                            .orElse("open")),
                    Cell.of(run.by()),
                    Cell.of(run.outcome()),
                    Cell.of(String.valueOf(run.secrets().size())),
                    Cell.of(run.reason()));
        }
        var page = console().page();
        return new Answer(
                ExitCode.DONE,
                runs.isEmpty() ? page.line("No run so far in " + environment.name() + ".") : page.table(table),
                Map.of("runs", runs));
    }
}
