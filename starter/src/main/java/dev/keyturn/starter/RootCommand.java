package dev.keyturn.starter;

import dev.keyturn.workflows.environment.EnvironmentException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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

    /** A path, or words for why the text is none. */
    static final class FileName implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new TypeConversionException(wrong(e));
            }
        }

        static String wrong(InvalidPathException e) {
            return "found " + e.getInput() + ", which is no path in this locale; expected one. Next: set LC_ALL to a"
                    + " UTF-8 locale, such as C.UTF-8";
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-m", "--manifest"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            converter = FileName.class,
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

    /** @throws EnvironmentException if the variable that names it cannot be a path */
    Path manifest(Map<String, String> variables) {
        if (manifest != null) {
            return manifest;
        }
        var named = variables.getOrDefault("KEYTURN_MANIFEST", "");
        try {
            return Path.of(named.isEmpty() ? "keyturn.yaml" : named);
        } catch (InvalidPathException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    "KEYTURN_MANIFEST: " + FileName.wrong(e) + ". Nothing was changed.");
        }
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
