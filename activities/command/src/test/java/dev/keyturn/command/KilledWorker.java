package dev.keyturn.command;

import dev.keyturn.spi.Generation;
import dev.keyturn.testkit.TestFence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Rolls in a process of its own, which a test kills. */
final class KilledWorker {
    private KilledWorker() {}

    /** {@code <directory> <store> <epoch> <script>} */
    public static void main(String[] arguments) {
        Redeployers.open(Path.of(arguments[0]), Duration.ofMinutes(1), List.of("sh", "-c", arguments[3]), List.of())
                .roll(new TestFence(arguments[1], Long.parseLong(arguments[2])), new Generation("g-41"), where -> {});
    }

    static Process start(Path directory, String store, long epoch, String script) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWorker.class.getName(),
                        directory.toString(),
                        store,
                        Long.toString(epoch),
                        script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
