package dev.keyturn.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer killed with SIGKILL at any moment leaves each file old or new, and the next write finishes the work. */
class KillTest {
    static final String OLD = "o".repeat(20_000);
    static final String NEW = "n".repeat(40_000);

    @TempDir
    Path keys;

    static Map<Field, SecretValue> values(String value) {
        return Publishers.values("a", value, "b", value, "c", value);
    }

    @RepeatedTest(6)
    @Timeout(60)
    void everyFileIsOldOrNewAndNeverTorn(RepetitionInfo round) throws Exception {
        Publisher publisher = Publishers.keyDirectory(keys);
        Snapshot before = publisher.render(Snapshot.EMPTY, values(OLD));
        publisher.write(Publishers.holding(), Snapshot.EMPTY, before);
        Snapshot after = publisher.render(before, values(NEW));

        Process writer = WriterProcess.start(List.of(), "loop", keys.toString());
        try (BufferedReader output = writer.inputReader()) {
            assertThat(output.readLine()).isEqualTo("READY");
            // A moment of its own in each round: this is no waiting for a condition but the choice of one.
            long moment = new Random(round.getCurrentRepetition()).nextInt(40_000);
            TimeUnit.MICROSECONDS.sleep(moment);
        } finally {
            writer.destroyForcibly().waitFor();
        }

        Snapshot found = publisher.read();
        assertThat(found.parts().keySet()).isEqualTo(before.parts().keySet());
        found.parts()
                .forEach((name, part) -> assertThat(part)
                        .isIn(before.parts().get(name), after.parts().get(name)));
        assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
        try (Stream<Path> files = Files.list(keys)) {
            assertThat(files).hasSize(3);
        }
    }
}
