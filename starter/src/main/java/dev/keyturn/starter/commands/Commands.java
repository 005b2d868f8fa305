package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** The starter's own commands, in the order in which a new user meets them. */
public final class Commands {
    /** Those that speak of all commands, other modules' too. */
    public static final Set<String> LISTS_OTHERS = Set.of("help", "completion");

    private Commands() {}

    /** By name. */
    public static Map<String, Object> own(Session session) {
        Map<String, Object> commands = new LinkedHashMap<>();
        commands.put("check", new CheckCommand(session));
        commands.put("import", new ImportCommand(session));
        commands.put("setup", new SetupCommand(session));
        commands.put("plan", new PlanCommand(session));
        commands.put("rotate", new RotateCommand(session));
        commands.put("status", new StatusCommand(session));
        commands.put("abort", new AbortCommand(session));
        commands.put("repair", new RepairCommand(session));
        commands.put("list", new ListCommand(session));
        commands.put("history", new HistoryCommand(session));
        commands.put("backup", backup(session));
        commands.put("worker", new WorkerCommand(session));
        commands.put("schema", new SchemaCommand(session));
        commands.put("completion", new CompletionCommand(session));
        commands.put("version", new VersionCommand());
        commands.put("help", new CommandLine.HelpCommand());
        commands.put("train", new TrainCommand(session));
        return commands;
    }

    private static CommandLine backup(Session session) {
        return new CommandLine(new BackupCommand())
                .addSubcommand("create", new BackupCreateCommand(session))
                .addSubcommand("list", new BackupListCommand(session))
                .addSubcommand("verify", new BackupVerifyCommand(session));
    }
}
