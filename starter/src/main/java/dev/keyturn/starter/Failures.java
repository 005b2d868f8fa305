package dev.keyturn.starter;

import dev.keyturn.starter.console.Console;
import dev.keyturn.starter.console.JsonDocument;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into a message and an exit code. */
final class Failures {
    private static final Set<String> WANTS_JSON = Set.of("--output=json", "json");

    private final Surroundings surroundings;
    private final Session session;

    Failures(Surroundings surroundings, Session session) {
        this.surroundings = surroundings;
        this.session = session;
    }

    /** An option or a command that does not exist or does not fit. The options may not have been read: the words decide. */
    int misused(ParameterException wrong, String[] words) {
        var command = wrong.getCommandLine();
        var message = new StringWriter();
        message.append(wrong.getMessage()).append('\n');
        UnmatchedArgumentException.printSuggestions(wrong, new PrintWriter(message, true));
        message.append("Nothing was changed. Next: ")
                .append(command.getCommandSpec().qualifiedName())
                .append(" --help");
        var json =
                Arrays.stream(words).map(word -> word.toLowerCase(Locale.ROOT)).anyMatch(WANTS_JSON::contains);
        var console = new Console(surroundings.streams(), surroundings.terminal(), json, false, false);
        return end(console, command, ExitCode.USAGE, message.toString());
    }

    /** Anything that a command threw. */
    int failed(Throwable trouble, CommandLine command) {
        if (session.debug()) {
            var trace = new StringWriter();
            trouble.printStackTrace(new PrintWriter(trace, true));
            session.console().complain(trace.toString());
        }
        if (trouble instanceof EnvironmentException known) {
            return end(session.console(), command, ExitCode.of(known.kind()), known.getMessage());
        }
        // Its message is not printed: it may quote what it was working with.
        var next = session.runBegan()
                ? "A run had begun. What it changed is written down in the store. Next: keyturn status, then keyturn repair."
                : "Nothing was changed.";
        return end(
                session.console(),
                command,
                ExitCode.UNSETTLED,
                "Unexpected " + trouble.getClass().getName() + ". " + next
                        + (session.debug() ? "" : " With --debug it says more, and may show a value."));
    }

    /** What was to be read is lost, however the command ended. */
    int unread() {
        session.console()
                .complain("The standard output could not be written: what the command had to say is lost. "
                        + (session.runBegan() ? "The run has ended. Next: keyturn history" : "Nothing was changed."));
        return ExitCode.UNSETTLED.code();
    }

    private int end(Console console, CommandLine command, ExitCode exit, String message) {
        console.complain(message);
        if (console.json() && !session.answered()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", command.getCommandName());
            document.put("exit", exit.word());
            document.put("code", exit.code());
            document.put("error", message);
            console.document(JsonDocument.bytes(document));
        }
        return exit.code();
    }
}
