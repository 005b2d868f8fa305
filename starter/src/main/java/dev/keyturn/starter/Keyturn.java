package dev.keyturn.starter;

import dev.keyturn.starter.commands.Commands;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command line's entry. */
public final class Keyturn {
    private static final Set<String> OVERVIEW = Set.of("-h", "--help");

    private final Surroundings surroundings;
    private final List<CommandContribution> contributions;

    public Keyturn(Surroundings surroundings, CommandContribution... contributions) {
        this.surroundings = surroundings;
        this.contributions = List.of(contributions);
    }

    /** Does what the words say in this process, which ends with it: the last thing that a {@code main} does. */
    public static void start(String[] words, CommandContribution... contributions) {
        // A thread that dies must not print an exception's message: it may hold a value.
        Thread.setDefaultUncaughtExceptionHandler((thread, trouble) ->
                System.err.println("Unexpected " + trouble.getClass().getName() + " in " + thread.getName() + "."));
        System.exit(new Keyturn(Surroundings.ofProcess(), contributions).run(words));
    }

    /**
     * Does what the words say.
     *
     * @return an {@link ExitCode#code()}; never throws
     */
    public int run(String... words) {
        var root = new RootCommand();
        var session = new Session(surroundings, root);
        var failures = new Failures(surroundings, session);
        var line = new CommandLine(root);
        try {
            build(line, session, words);
            line.setParameterExceptionHandler(failures::misused);
            line.setExecutionExceptionHandler((trouble, command, parsed) -> failures.failed(trouble, command));
            var code = line.execute(words);
            return code == ExitCode.DONE.code() && surroundings.streams().out().checkError() ? failures.unread() : code;
        } catch (Throwable trouble) { // an Error too must not print its message
            return failures.failed(trouble, line);
        }
    }

    private void build(CommandLine line, Session session, String... words) {
        var own = Commands.own();
        if (words.length > 0 && own.containsKey(words[0]) && !Commands.LISTS_OTHERS.contains(words[0])) {
            // Each command that picocli reads costs milliseconds; the one that is named is enough.
            line.addSubcommand(words[0], own.get(words[0]).made().apply(session));
        } else {
            if (words.length == 1 && OVERVIEW.contains(words[0])) {
                Commands.list(line);
            } else {
                own.forEach((name, command) ->
                        line.addSubcommand(name, command.made().apply(session)));
            }
            for (var contribution : contributions) {
                line.addSubcommand(contribution.command(session));
            }
        }
        var coloured = surroundings.terminal().out()
                && surroundings.terminal().colours()
                && !Arrays.asList(words).contains("--no-color");
        line.setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF));
        var charset = surroundings.terminal().charset();
        line.setOut(new PrintWriter(surroundings.streams().out(), true, charset));
        line.setErr(new PrintWriter(surroundings.streams().err(), true, charset));
        line.setUsageHelpWidth(Math.max(60, Math.min(surroundings.terminal().columns(), 120)));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // A word that begins with @ is a word: as the name of a file its content would be printed.
        line.setExpandAtFiles(false);
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(exitCodes());
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (var exit : ExitCode.values()) {
            codes.put(String.valueOf(exit.code()), exit.meaning());
        }
        return codes;
    }
}
