package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;

/** The starter's own commands, in the order in which a new user meets them. */
public final class Commands {
    /** Those that speak of all commands, other modules' too. */
    public static final Set<String> LISTS_OTHERS = Set.of("help", "completion");

    private Commands() {}

    /** What makes each, by name: picocli reads a command's class only when it is made. */
    public static Map<String, Function<Session, Object>> own() {
        Map<String, Function<Session, Object>> commands = new LinkedHashMap<>();
        commands.put("check", CheckCommand::new);
        commands.put("import", ImportCommand::new);
        commands.put("setup", SetupCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("rotate", RotateCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("abort", AbortCommand::new);
        commands.put("repair", RepairCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("history", HistoryCommand::new);
        commands.put("backup", Commands::backup);
        commands.put("worker", WorkerCommand::new);
        commands.put("schema", SchemaCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("version", session -> new VersionCommand());
        commands.put("help", session -> new CommandLine.HelpCommand());
        commands.put("train", TrainCommand::new);
        return commands;
    }

    private static CommandLine backup(Session session) {
        return new CommandLine(new BackupCommand())
                .addSubcommand("create", new BackupCreateCommand(session))
                .addSubcommand("list", new BackupListCommand(session))
                .addSubcommand("verify", new BackupVerifyCommand(session));
    }
}
