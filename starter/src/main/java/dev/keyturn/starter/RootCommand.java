package dev.keyturn.starter;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code keyturn} itself: the options that every command has, before or after the command's name. */
@Command(
        name = "keyturn",
        description = "Rotates the secrets of a running system without losing it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = false)
final class RootCommand implements Runnable {
    /** What the standard output is for. */
    enum Output {
        human,
        json
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-m", "--manifest"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The environment's manifest. Default: $$KEYTURN_MANIFEST, or keyturn.yaml in this folder.")
    private Path manifest;

    @Option(
            names = "--output",
            paramLabel = "human|json",
            defaultValue = "human",
            scope = ScopeType.INHERIT,
            description = "json: one document on the standard output, everything for a person on the standard error.")
    private Output output = Output.human;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "No colours; NO_COLOR does the same.")
    private boolean noColor;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Results, findings and errors only; no steps.")
    private boolean quiet;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Stack traces and the libraries' warnings on the standard error. They may hold a value.")
    private boolean debug;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing.");
    }

    Path manifest(Map<String, String> variables) {
        if (manifest != null) {
            return manifest;
        }
        var named = variables.getOrDefault("KEYTURN_MANIFEST", "");
        return Path.of(named.isEmpty() ? "keyturn.yaml" : named);
    }

    boolean json() {
        return output == Output.json;
    }

    boolean colours() {
        return !noColor;
    }

    boolean quiet() {
        return quiet;
    }

    boolean debug() {
        return debug;
    }
}
