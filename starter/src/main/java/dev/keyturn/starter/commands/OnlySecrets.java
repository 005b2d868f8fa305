package dev.keyturn.starter.commands;

import dev.keyturn.workflows.environment.EnvironmentException;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --only}. */
final class OnlySecrets {
    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only these secrets, and what is derived from them; separated by commas.")
    private List<String> only;

    /**
     * The names; empty for all.
     *
     * @throws EnvironmentException if a name is empty: {@code --only "$UNSET"} must not mean all
     */
    List<String> names() {
        if (only == null) {
            return List.of();
        }
        var names = only.stream().map(String::strip).distinct().toList();
        if (names.isEmpty() || names.contains("")) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    "--only has an empty name; expected names of secrets, separated by commas. Nothing was changed.");
        }
        return names;
    }
}
