package dev.keyturn.starter.commands;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;

import dev.keyturn.starter.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** The starter's own commands, in the order in which a new user meets them. */
public final class Commands {
    /** Those that speak of all commands, other modules' too. */
    public static final Set<String> LISTS_OTHERS = Set.of("help", "completion", "train");

    private Commands() {}

    /**
     * A command that is not made yet: picocli reads its class only when it is.
     *
     * @param type the class with picocli's annotation
     */
    public record Own(Class<?> type, Function<Session, Object> made) {
        private Command said() {
            return type.getAnnotation(Command.class);
        }
    }

    /**
     * Lets the line's help list the starter's own commands, in the same words, without making them: each costs picocli some
     * milliseconds.
     */
    public static void list(CommandLine line) {
        line.addSubcommand("help", new CommandLine.HelpCommand());
        line.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST, help -> {
            Map<String, Help> listed = new LinkedHashMap<>();
            own().forEach((name, command) -> {
                if (!command.said().hidden()) {
                    listed.put(name, new Help(described(name, command.said()), help.colorScheme()));
                }
            });
            listed.putAll(help.subcommands());
            return help.commandList(listed);
        });
    }

    private static CommandSpec described(String name, Command said) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().header(said.header()).description(said.description());
        return spec;
    }

    /** By name. */
    public static Map<String, Own> own() {
        Map<String, Own> commands = new LinkedHashMap<>();
        commands.put("check", new Own(CheckCommand.class, CheckCommand::new));
        commands.put("import", new Own(ImportCommand.class, ImportCommand::new));
        commands.put("setup", new Own(SetupCommand.class, SetupCommand::new));
        commands.put("plan", new Own(PlanCommand.class, PlanCommand::new));
        commands.put("rotate", new Own(RotateCommand.class, RotateCommand::new));
        commands.put("status", new Own(StatusCommand.class, StatusCommand::new));
        commands.put("abort", new Own(AbortCommand.class, AbortCommand::new));
        commands.put("repair", new Own(RepairCommand.class, RepairCommand::new));
        commands.put("list", new Own(ListCommand.class, ListCommand::new));
        commands.put("history", new Own(HistoryCommand.class, HistoryCommand::new));
        commands.put("backup", new Own(BackupCommand.class, Commands::backup));
        commands.put("worker", new Own(WorkerCommand.class, WorkerCommand::new));
        commands.put("schema", new Own(SchemaCommand.class, SchemaCommand::new));
        commands.put("completion", new Own(CompletionCommand.class, CompletionCommand::new));
        commands.put("version", new Own(VersionCommand.class, VersionCommand::new));
        commands.put("help", new Own(CommandLine.HelpCommand.class, session -> new CommandLine.HelpCommand()));
        commands.put("train", new Own(TrainCommand.class, TrainCommand::new));
        return commands;
    }

    private static CommandLine backup(Session session) {
        return new CommandLine(new BackupCommand())
                .addSubcommand("create", new BackupCreateCommand(session))
                .addSubcommand("list", new BackupListCommand(session))
                .addSubcommand("verify", new BackupVerifyCommand(session));
    }
}
