package dev.keyturn.command;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A program with its arguments, and where it runs.
 *
 * @param setting which setting of the manifest it comes from
 * @param arguments the program first
 * @param directory where it runs
 */
record Command(String setting, List<String> arguments, Path directory) {
    /** The program alone: an argument may be anything. */
    @Override
    public String toString() {
        return "command " + setting + " (" + program() + ")";
    }

    /** Empty if there is none. */
    String program() {
        return arguments.isEmpty() ? "" : arguments.get(0);
    }

    /** What keeps it from being started; empty if nothing does. */
    Optional<Finding> trouble(String searchPath) {
        if (arguments.isEmpty() || arguments.get(0).isBlank()) {
            return blocks("no program", "a list that begins with a program");
        }
        if (arguments.stream().anyMatch(argument -> argument.indexOf(0) >= 0)) {
            return blocks("an argument with a NUL in it", "text");
        }
        if (!Files.isDirectory(directory)) {
            return blocks("no directory " + directory, "a directory to run in");
        }
        String program = arguments.get(0);
        if (program.contains("/")) {
            Path path = directory.resolve(program);
            if (!Files.isRegularFile(path)) {
                return blocks("no program " + path, "a program");
            }
            return Files.isExecutable(path) ? Optional.empty() : blocks(path + " is not executable", "a program");
        }
        for (String place : searchPath.split(":")) {
            Path path = directory.resolve(place).resolve(program);
            if (Files.isRegularFile(path) && Files.isExecutable(path)) {
                return Optional.empty();
            }
        }
        return blocks("no program " + program + " on the PATH of the worker", "a program");
    }

    /** @throws AdapterException CONFIGURATION if it cannot be started */
    void require(String searchPath) {
        trouble(searchPath).ifPresent(finding -> {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    finding.object() + ": found " + finding.found() + ", expected " + finding.expected()
                            + "; nothing was started; " + finding.next());
        });
    }

    private Optional<Finding> blocks(String found, String expected) {
        return Optional.of(Finding.blocks(toString(), found, expected, "correct the manifest, or install the program"));
    }
}
