package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.Cell;
import dev.keyturn.starter.console.Table;
import dev.keyturn.starter.console.Tone;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.RunLine;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description = "Whether a run is in progress or unfinished, what waits for its time, what to do next.")
final class StatusCommand extends EnvironmentCommand {
    StatusCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var status = environment.status();
        var table = new Table()
                .row(name("environment"), Cell.of(status.environment()))
                .row(name("secrets"), Cell.of(String.valueOf(status.secrets())))
                .row(name("runs happen"), Cell.of(status.engine()))
                .row(name("lock"), Cell.of(status.holder().isEmpty() ? "free" : "held by " + status.holder()));
        status.open().ifPresent(run -> table.row(name("open run"), new Cell(text(run), Tone.WARNING)));
        status.progress().ifPresent(progress -> table.row(name("is at"), Cell.of(progress.phase())));
        status.last().ifPresent(run -> table.row(name("last run"), Cell.of(text(run))));
        status.due().forEach(due -> table.row(name("waits"), Cell.of(due)));
        table.row(name("next"), Cell.of(status.next().isEmpty() ? "nothing to do" : status.next()));
        return new Answer(ExitCode.DONE, console().page().table(table), Map.of("status", status));
    }

    private static Cell name(String name) {
        return new Cell(name, Tone.DIM);
    }

    private String text(RunLine run) {
        var reason = run.reason().isEmpty() ? "" : " (" + run.reason() + ")";
        var ended = run.ended()
                .map(end -> "ended " + Amounts.date(end, session().clock().getZone()))
                .orElse("begun " + Amounts.date(run.begun(), session().clock().getZone()));
        var outcome = run.outcome().isEmpty() ? "" : ": " + run.outcome();
        return run.purpose() + " " + run.id() + ", " + ended + " by " + run.by() + reason + outcome;
    }
}
