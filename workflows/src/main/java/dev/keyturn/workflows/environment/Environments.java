package dev.keyturn.workflows.environment;

import java.nio.file.Path;
import java.util.ServiceLoader;

/** Opens environments; found by {@link ServiceLoader}. */
public interface Environments {
    /**
     * Reads and checks the manifest; touches nothing else.
     *
     * @throws EnvironmentException naming file, line, column, what was found and what was expected
     */
    Environment open(Path manifest);

    /** The manifest's JSON Schema, with the technologies that are installed, as text. */
    String manifestSchema();

    /** The manifest reference, with the technologies that are installed, as Markdown. */
    String manifestReference();

    /** The implementation that is installed. */
    static Environments installed() {
        return ServiceLoader.load(Environments.class)
                .findFirst()
                .orElseThrow(
                        () -> new EnvironmentException(
                                EnvironmentException.Kind.USAGE,
                                "No engine is installed: the worker's jar is missing from the class path. Run the keyturn launcher."));
    }
}
