package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "The version of Keyturn and of the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        root.printVersionHelp(root.getOut());
        return ExitCode.DONE.code();
    }
}
