package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.workflows.environment.BackupLine;
import dev.keyturn.workflows.environment.Environment;
import java.time.Instant;
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
                        : BackupTable.unopened(page, backups, session().clock().getZone()),
                Map.of("backups", backups.stream().map(Listed::of).toList()));
    }

    /** What is known of a backup that was not opened: not what is in it. */
    private record Listed(String name, Instant written, long bytes) {
        static Listed of(BackupLine backup) {
            return new Listed(backup.name(), backup.written(), backup.bytes());
        }
    }
}
