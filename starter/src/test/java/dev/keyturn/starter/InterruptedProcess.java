package dev.keyturn.starter;

import dev.keyturn.starter.console.Streams;
import dev.keyturn.starter.console.Terminal;
import dev.keyturn.workflows.contract.Outcome;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process whose run lasts until it is asked to abort, or for ever. */
final class InterruptedProcess {
    private InterruptedProcess() {}

    /** @param arguments {@code obedient} or {@code stubborn} */
    public static void main(String[] arguments) {
        var engine = new FakeEnvironments();
        var stubborn = arguments[0].equals("stubborn");
        engine.environment.run = (request, watcher) -> {
            System.out.println("running");
            while (true) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    System.out.println("interrupted");
                    if (!stubborn) {
                        return FakeEnvironment.outcome(Outcome.Kind.ROLLED_BACK, request.purpose());
                    }
                }
            }
        };
        var terminal = Terminal.ofProcess(System.getProperties(), Map.of());
        var surroundings = new Surroundings(
                Streams.ofProcess(terminal),
                terminal,
                () -> engine,
                new ProcessSignals(),
                Map.of(),
                () -> Clock.system(ZoneOffset.UTC),
                System::exit);
        System.exit(new Keyturn(surroundings).run("rotate", "--yes"));
    }
}
