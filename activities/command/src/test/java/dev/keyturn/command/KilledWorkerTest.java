package dev.keyturn.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Generation;
import dev.keyturn.testkit.TestFence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed leaves its program running; whoever comes next does not roll beside it. */
@Timeout(60)
class KilledWorkerTest {
    /** The first writes who it is and stays, with a child that left it; another only says that it ran. */
    private static final String SCRIPT = "if [ -e first ]; then echo ran >> later; exit 0; fi; echo $$ > first;"
            + " (sh -c 'echo $$ > child; exec sleep 300' &); trap '' TERM; while :; do sleep 1; done";

    private final String store = UUID.randomUUID().toString();

    @TempDir
    Path directory;

    @Test
    void whatItLeftUnfinishedIsEndedBeforeTheNextHolderRolls() throws Exception {
        assertEndedBefore(new TestFence(store, 2));
    }

    @Test
    void itIsEndedBeforeTheSameHolderTriesAgain() throws Exception {
        assertEndedBefore(new TestFence(store, 1));
    }

    @Test
    void anotherStoreLeavesItAlone() throws Exception {
        leaveUnfinished();
        try {
            roll(SCRIPT, new TestFence(UUID.randomUUID().toString(), 2));
            assertThat(runs("first")).isTrue();
            assertThat(runs("child")).isTrue();
        } finally {
            kill("first", "child");
            roll(SCRIPT, new TestFence(store, 2));
        }
    }

    @Test
    void aServiceThatAFinishedRollLeftInTheBackgroundLivesOn() throws Exception {
        String script = "[ -e service ] || { sh -c 'echo $$ > service; exec sleep 300' & };"
                + " while ! [ -s service ]; do sleep 0.02; done";
        Fence first = new TestFence(store, 1);
        roll(script, first);
        try {
            roll(script, new TestFence(store, 2));
            assertThat(runs("service")).isTrue();
            // As if the worker had been killed after the program ended and before it took its trace away.
            Process ended = new ProcessBuilder("true").start();
            ended.waitFor();
            RollTrace.leave(new TestFence(store, 2), command(script), nameOf("service"))
                    .started(ended.toHandle());
            roll(script, new TestFence(store, 3));
            assertThat(runs("service")).isTrue();
            assertThat(traces(script)).isEqualTo(0);
        } finally {
            kill("service");
        }
    }

    private void assertEndedBefore(Fence next) throws Exception {
        leaveUnfinished();
        try {
            roll(SCRIPT, next);
            assertThat(directory.resolve("later")).hasContent("ran");
            assertThat(runs("first")).as("the program").isFalse();
            assertThat(runs("child")).as("what it started").isFalse();
            assertThat(traces(SCRIPT)).isEqualTo(0);
        } finally {
            kill("first", "child");
        }
    }

    private void leaveUnfinished() throws Exception {
        Process worker = KilledWorker.start(directory, store, 1, SCRIPT);
        await(() -> size("first") > 0 && size("child") > 0 && traces(SCRIPT) == 1);
        worker.destroyForcibly().waitFor();
        assertThat(runs("first")).as("the program of the killed worker").isTrue();
    }

    private void roll(String script, Fence fence) {
        Redeployers.open(directory, Duration.ofSeconds(30), List.of("sh", "-c", script), List.of())
                .roll(fence, new Generation("g-42"), where -> {});
    }

    private Command command(String script) {
        return new Command("roll", List.of("sh", "-c", script), directory);
    }

    /** How many files this test's rolls have in the directory for temporary files: a store's and a command's hash is nobody else's. */
    private long traces(String script) {
        String text = RollTrace.beginning(new TestFence(store, 1), command(script));
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith(text))
                    .count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The name of the run that started it. */
    private String nameOf(String file) throws IOException {
        String environment = Files.readString(Path.of("/proc", pid(file), "environ"));
        return environment.replaceAll("(?s).*KEYTURN_RUN=([0-9a-f-]{36}).*", "$1");
    }

    private String pid(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    private boolean runs(String file) throws IOException {
        Path stat = Path.of("/proc", pid(file), "stat");
        return Files.exists(stat) && !Files.readString(stat).contains(") Z");
    }

    private void kill(String... files) throws IOException {
        for (String file : files) {
            ProcessHandle.of(Long.parseLong(pid(file))).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private long size(String file) {
        return directory.resolve(file).toFile().length();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition holds in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
