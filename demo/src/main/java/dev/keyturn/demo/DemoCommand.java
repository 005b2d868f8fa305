package dev.keyturn.demo;

import dev.keyturn.sandbox.SandboxException;
import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.JsonDocument;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keyturn demo}. */
@Command(
        name = "demo",
        description = {
            "Shows a whole rotation on real servers of its own, with proofs, in less than a minute.",
            "Installs nothing, touches nothing of yours, and removes everything in the end."
        })
public final class DemoCommand implements Callable<Integer> {
    /** What {@code --fail} takes. */
    enum Fail {
        redeploy,
        database
    }

    /** At most one of them. */
    static final class Wish {
        @Option(
                names = "--fail",
                paramLabel = "WHAT",
                description = "redeploy: the consumer cannot start with the new values; database: PostgreSQL is killed"
                        + " in the middle of the switch.")
        private Fail fail;

        @Option(names = "--crash", description = "Keyturn itself is killed after the switch; go on with --resume.")
        private boolean crash;

        @Option(names = "--resume", description = "Repairs what --crash left, and removes the demo.")
        private boolean resume;

        @Option(names = "--clean", description = "Removes what --crash left, without repairing it.")
        private boolean clean;
    }

    private final Session session;

    @ArgGroup
    private Wish wish = new Wish();

    public DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Narrator narrator = new Narrator(session.console());
        ExitCode exit = isShown(narrator) ? ExitCode.DONE : ExitCode.FINDINGS;
        session.markAnswered();
        if (session.console().json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("command", "demo");
            document.put("exit", exit.word());
            document.put("code", exit.code());
            document.put("shown", narrator.all());
            session.console().document(JsonDocument.bytes(document));
        }
        return exit.code();
    }

    private boolean isShown(Narrator narrator) throws IOException {
        try {
            if (wish.resume || wish.clean) {
                return new Aftermath(session, narrator).after(wish.clean);
            }
            return new Story(session, narrator, trouble()).tell();
        } catch (SandboxException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.REFUSED,
                    "The demo cannot be shown here. " + e.getMessage() + "\nNothing of yours was touched.");
        }
    }

    private Trouble trouble() {
        if (wish.crash) {
            return Trouble.CRASH;
        } else if (wish.fail == null) {
            return Trouble.NONE;
        }
        return wish.fail == Fail.redeploy ? Trouble.REDEPLOY : Trouble.DATABASE;
    }
}
