package dev.keyturn.starter;

import dev.keyturn.starter.console.Streams;
import dev.keyturn.starter.console.Terminal;
import dev.keyturn.workflows.environment.Environments;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What a start is given by its process.
 *
 * @param engine found when the first command needs it
 * @param variables the environment variables
 * @param clock the time, and the zone in which dates are shown; asked for when one is, because the JDK takes long to find its zones
 * @param leave ends the process with this code, from any thread
 */
public record Surroundings(
        Streams streams,
        Terminal terminal,
        Supplier<Environments> engine,
        Signals signals,
        Map<String, String> variables,
        Supplier<Clock> clock,
        IntConsumer leave) {
    static Surroundings ofProcess() {
        var terminal = Terminal.ofProcess(System.getProperties(), System.getenv());
        return new Surroundings(
                Streams.ofProcess(terminal),
                terminal,
                Environments::installed,
                new ProcessSignals(),
                System.getenv(),
                () -> Clock.system(ZoneId.systemDefault()),
                System::exit);
    }
}
