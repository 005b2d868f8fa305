package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.Cell;
import dev.keyturn.starter.console.Table;
import dev.keyturn.starter.console.Tone;
import dev.keyturn.workflows.environment.Environment;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "list", description = "The secrets and how they stand; never a value.")
final class ListCommand extends EnvironmentCommand {
    ListCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var secrets = environment.list();
        var now = session().clock().instant();
        var table = new Table().head("secret", "kind", "version", "age", "length", "remark", "used by");
        for (var secret : secrets) {
            table.row(
                    Cell.of(secret.name()),
                    Cell.of(secret.kind()),
                    Cell.of(secret.version() == 0 ? "none" : String.valueOf(secret.version())),
                    Cell.of(secret.since().map(since -> Amounts.age(since, now)).orElse("")),
                    Cell.of(secret.length() == 0 ? "" : String.valueOf(secret.length())),
                    new Cell(secret.remark(), Tone.WARNING),
                    Cell.of(String.join(", ", secret.places())));
        }
        var page = console().page().heading(Amounts.count(secrets.size(), "secret") + " in " + environment.name());
        return new Answer(ExitCode.DONE, secrets.isEmpty() ? page : page.table(table), Map.of("secrets", secrets));
    }
}
