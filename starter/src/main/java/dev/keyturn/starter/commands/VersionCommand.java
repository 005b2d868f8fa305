package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.Version;
import dev.keyturn.starter.console.JsonDocument;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "The version of Keyturn and of the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private final Session session;

    VersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.markAnswered();
        if (session.console().json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", "version");
            document.put("exit", ExitCode.DONE.word());
            document.put("code", ExitCode.DONE.code());
            document.put("version", Version.number());
            document.put("java", Runtime.version().toString());
            session.console().document(JsonDocument.bytes(document));
            return ExitCode.DONE.code();
        }
        var root = spec.root().commandLine();
        root.printVersionHelp(root.getOut());
        return ExitCode.DONE.code();
    }
}
