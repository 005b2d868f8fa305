package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.workflows.environment.Environment;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "list", description = "The backups there are, the newest first.")
final class BackupListCommand extends EnvironmentCommand {
    BackupListCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var backups = environment.backups();
        var page = console().page();
        return new Answer(
                ExitCode.DONE,
                backups.isEmpty()
                        ? page.line("No backup so far of " + environment.name() + ". Next: keyturn backup create")
                        : BackupTable.on(page, backups, session().clock().getZone()),
                Map.of("backups", backups));
    }
}
