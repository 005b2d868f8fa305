package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.workflows.environment.Environment;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "create",
        description = "Writes a backup of what the store and the publications hold now, and reads it back.")
final class BackupCreateCommand extends EnvironmentCommand {
    BackupCreateCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var backup = environment.backUp();
        return new Answer(
                ExitCode.DONE,
                BackupTable.on(
                        console().page(), List.of(backup), session().clock().getZone()),
                Map.of("backup", backup));
    }
}
