package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "schema", description = "Prints the manifest's JSON Schema, for editors.")
final class SchemaCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--markdown", description = "The manifest reference for people instead, as Markdown.")
    private boolean markdown;

    SchemaCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var engine = session.engine();
        var text = markdown ? engine.manifestReference() : engine.manifestSchema();
        session.markAnswered();
        session.console().raw(text.endsWith("\n") ? text : text + "\n");
        return ExitCode.DONE.code();
    }
}
