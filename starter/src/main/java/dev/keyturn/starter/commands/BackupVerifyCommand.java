package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.workflows.environment.Environment;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "verify", description = "Opens a backup, decrypts all of it and compares its checksums.")
final class BackupVerifyCommand extends EnvironmentCommand {
    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            defaultValue = "",
            description = "Which; the newest if none is named.")
    private String name = "";

    BackupVerifyCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var backup = environment.verifyBackup(name);
        return new Answer(
                ExitCode.DONE,
                BackupTable.on(
                        console().page(), List.of(backup), session().clock().getZone()),
                Map.of("backup", backup));
    }
}
