package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AdapterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class InjectorsTest {
    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    @Test
    void aProcessIsSuspendedAndResumedWithItsChildren() throws Exception {
        Process parent = parentWithChild();
        try {
            long child = child(parent);
            Processes.suspend(parent.pid());
            assertThat(List.of(parent.pid(), child))
                    .allMatch(Processes::isSuspended)
                    .allMatch(Processes::isAlive);
            Processes.resume(parent.pid());
            assertThat(List.of(parent.pid(), child))
                    .noneMatch(Processes::isSuspended)
                    .allMatch(Processes::isAlive);
        } finally {
            Processes.kill(parent.pid());
        }
    }

    @Test
    void aProcessIsKilledWithItsChildrenAlsoWhileSuspended() throws Exception {
        Process parent = parentWithChild();
        long child = child(parent);
        Processes.suspend(parent.pid());
        Processes.kill(parent.pid());
        assertThat(List.of(parent.pid(), child)).noneMatch(Processes::isAlive);
        assertThat(parent.waitFor()).isEqualTo(128 + 9);
        Processes.kill(parent.pid());
    }

    @Test
    void aFullDiskTakesNoMoreAndIsGoneWhenClosed() throws IOException {
        Path folder;
        try (FullDisk disk = FullDisk.of(1 << 20)) {
            folder = disk.folder();
            disk.fillExcept(8192);
            Files.write(folder.resolve("fits"), new byte[4096]);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> Files.write(folder.resolve("does-not-fit"), new byte[100_000]));
            disk.clear();
            Files.write(folder.resolve("fits-now"), new byte[100_000]);
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void aTestRunThatIsEndedLeavesNoMountBehind() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Mounting.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String folder = child.inputReader().readLine();
        try {
            new Need("mounts", String.valueOf(folder), "run it as root, where root may mount")
                    .leavesOutUnless(folder != null && folder.startsWith("/"));
            assertThat(Files.readString(MOUNTS)).contains(folder);
        } finally {
            child.destroy();
            child.waitFor();
        }
        assertThat(Files.readString(MOUNTS)).doesNotContain(folder);
        assertThat(Path.of(folder)).doesNotExist();
    }

    @Test
    void anEndedFenceRefusesInBothWaysAndRunsNothing() {
        TestFence fence = new TestFence("store", 3);
        fence.check();
        assertThat(fence.whileHeld(() -> "ran")).isEqualTo("ran");
        fence.afterNextCheck(fence::end);
        fence.check();
        boolean[] ran = {false};
        for (Runnable effect : List.<Runnable>of(fence::check, () -> fence.whileHeld(() -> ran[0] = true))) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(effect::run)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(AdapterException.Reason.FENCED));
        }
        assertThat(ran[0]).isFalse();
        assertThat(fence.checks()).isEqualTo(5);
        assertThat(fence.sessionName()).isEqualTo("keyturn/store/3");
    }

    @Test
    void progressIsKeptAndCancelsWhenTold() {
        RecordingProgress progress = new RecordingProgress();
        progress.alive("one");
        progress.cancelAfter(1).alive("two");
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> progress.alive("three"))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(AdapterException.Reason.CANCELLED));
        assertThat(progress.reports()).containsExactly("one", "two");
        assertThat(progress.longestSilence()).isPositive();
    }

    /** Mounts, says where, and waits for its end. */
    static final class Mounting {
        private Mounting() {}

        @SuppressWarnings("resource") // taking it away at the end of the JVM is what is tried
        public static void main(String[] arguments) throws Exception {
            System.out.println(FullDisk.of(4096).folder());
            Thread.sleep(60_000);
        }
    }

    /** A shell that waits for a child of its own and says the child's process ID. */
    private static Process parentWithChild() throws IOException {
        return new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; wait").start();
    }

    private static long child(Process parent) throws IOException {
        return Long.parseLong(parent.inputReader().readLine());
    }
}
