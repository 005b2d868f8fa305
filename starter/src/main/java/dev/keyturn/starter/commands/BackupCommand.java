package dev.keyturn.starter.commands;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "backup", description = "Writes, lists and verifies backups.", synopsisSubcommandLabel = "COMMAND")
final class BackupCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "One of create, list, verify is missing.");
    }
}
