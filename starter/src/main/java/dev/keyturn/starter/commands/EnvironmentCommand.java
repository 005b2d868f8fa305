package dev.keyturn.starter.commands;

import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.Console;
import dev.keyturn.starter.console.JsonDocument;
import dev.keyturn.workflows.environment.Environment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command about one environment: opens it, says the answer in the form that was asked for, closes it. */
abstract class EnvironmentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private final Session session;

    EnvironmentCommand(Session session) {
        this.session = session;
    }

    abstract Answer answer(Environment environment);

    final Session session() {
        return session;
    }

    final Console console() {
        return session.console();
    }

    @Override
    public final Integer call() {
        try (var environment = session.open()) {
            var answer = answer(environment);
            tell(environment, answer);
            return answer.exit().code();
        }
    }

    private void tell(Environment environment, Answer answer) {
        var console = console();
        session.markAnswered();
        if (!console.json()) {
            console.say(answer.page());
            return;
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("command", spec.qualifiedName().replaceFirst("^keyturn ", ""));
        document.put("environment", environment.name());
        document.put("exit", answer.exit().word());
        document.put("code", answer.exit().code());
        document.putAll(answer.document());
        console.document(JsonDocument.bytes(document));
    }
}
