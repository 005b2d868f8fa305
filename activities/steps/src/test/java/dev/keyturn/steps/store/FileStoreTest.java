package dev.keyturn.steps.store;

import static dev.keyturn.steps.store.Stores.LEASE;
import static dev.keyturn.steps.store.Stores.NOW;
import static dev.keyturn.steps.store.Stores.run;
import static dev.keyturn.steps.store.Stores.snapshot;
import static dev.keyturn.steps.store.Stores.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.SecretValue;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadBackByAnotherOpening() {
        byte[] binary = new byte[256];
        IntStream.range(0, 256).forEach(i -> binary[i] = (byte) i);
        try (FileStore store = Stores.create(folder)) {
            Fence fence = store.take("r1");
            State written = store.update(
                    fence,
                    state -> state.withVersions(List.of(
                                    version("a", 1, Version.Status.CURRENT, "ünï \"quoted\" \\ \n \t $ # \u0000 😀")))
                            .withRun(run("r1", Map.of("a", 1), Map.of("a", 2)))
                            .withVersions(List.of(version("a", 2, Version.Status.PENDING, "two")))
                            .withIntent(new Intent(
                                    "r1",
                                    "promote",
                                    "env-file .env",
                                    snapshot(".env", binary),
                                    snapshot(".env", new byte[0]),
                                    Optional.of(new Mark("run 1, session 7"))))
                            .deployed("app", "g1", "r1", 7)
                            .withDue(new Due("a", 1, NOW)));

            try (FileStore again = Stores.open(folder)) {
                assertThat(again.read()).isEqualTo(written);
            }
        }
    }

    @Test
    void creatingAgainKeepsStoreAndKey() throws Exception {
        String id = Stores.create(folder).read().header().storeId();
        byte[] key = Files.readAllBytes(Stores.place(folder).keyFile());

        assertThat(Stores.create(folder).read().header().storeId())
                .isEqualTo(id)
                .matches("[0-9a-f]{12}");
        assertThat(Files.readAllBytes(Stores.place(folder).keyFile())).isEqualTo(key);
    }

    @Test
    void everythingInTheFolderIsForItsOwnerAlone() throws Exception {
        FileStore store = Stores.create(folder);
        Stores.update(store, state -> Stores.filled(state, 1, 1));

        try (var files = Files.list(store.directory())) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(Stores.place(folder).keyFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void noValueStandsInTheFile() throws Exception {
        FileStore store = Stores.create(folder);
        Stores.update(store, state -> Stores.filled(state, 1, 1));

        assertThat(new String(Files.readAllBytes(store.directory().resolve("state")), StandardCharsets.ISO_8859_1))
                .doesNotContain("value-of-0")
                .doesNotContain("secret_0");
    }

    @Test
    void aChangeThatBreaksARuleIsNotWritten() {
        FileStore store = Stores.create(folder);
        Fence fence = store.take("r1");
        State before = store.read();

        assertThatIllegalStateException()
                .isThrownBy(() -> store.update(
                        fence,
                        state -> state.withVersions(List.of(
                                version("a", 1, Version.Status.CURRENT, "x"),
                                version("a", 2, Version.Status.CURRENT, "y")))));
        assertThatIllegalStateException()
                .isThrownBy(() -> store.update(
                        fence, state -> state.withHeader(new Header("x", "test", 9, Turn.FIRST, Optional.empty()))));
        assertThat(Stores.open(folder).read()).isEqualTo(before);
    }

    @Test
    void anotherRunIsKeptOutAndToldByWhom() {
        FileStore store = Stores.create(folder);
        store.take("r1");

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> store.take("r2"))
                .withMessageContaining("run r1")
                .withMessageContaining("process " + ProcessHandle.current().pid())
                .withMessageContaining("until ")
                .extracting(StoreException::kind)
                .isEqualTo(StoreException.Kind.HELD);
    }

    @Test
    void aLeaseThatEndedIsTakenOverAndRenewingPreventsIt() {
        MovingClock clock = new MovingClock();
        FileStore store = FileStore.create(Stores.place(folder), "test", clock, LEASE);
        Fence first = store.take("r1");

        clock.now = clock.now.plus(LEASE).minusSeconds(1);
        store.renew(first);
        clock.now = clock.now.plus(LEASE).minusSeconds(1);
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.take("r2"));

        clock.now = clock.now.plusSeconds(1);
        store.take("r2");
        StoreFenceTest.assertFenced(() -> store.renew(first));
    }

    @Test
    void theLeaseOfALivingProcessHoldsAndThatOfADeadOneIsTakenOver() throws Exception {
        FileStore store = Stores.create(folder);
        Process other = Stores.java(LockHolder.class, "lease", folder.toString(), "r1");
        try {
            awaitHeld(other);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.take("r2"))
                    .withMessageContaining("process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(store.take("r2").epoch()).isEqualTo(2);
    }

    @Test
    void aProcessWithTheNumberOfADeadOneIsNotTakenForIt() {
        Processes.Identity self = Processes.self();
        Instant until = NOW.plusSeconds(60);

        assertThat(Processes.gone(
                        new Header.Holder("r", self.host(), self.machine(), self.pid(), self.started(), until)))
                .isFalse();
        assertThat(Processes.gone(
                        new Header.Holder("r", self.host(), self.machine(), self.pid(), "1" + self.started(), until)))
                .isTrue();
    }

    @Test
    void aProcessIsNotTakenForDeadWhereItsNumberMeansAnother() {
        Processes.Identity self = Processes.self();
        Instant until = NOW.plusSeconds(60);

        assertThat(Processes.gone(new Header.Holder("r", "elsewhere", "another machine", 1, "1", until)))
                .isFalse();
        assertThat(Processes.gone(new Header.Holder(
                        "r", self.host(), self.machine() + "1", Integer.MAX_VALUE, self.started(), until)))
                .as("a container of the same name, whose processes nobody sees here")
                .isFalse();
        assertThat(Processes.gone(
                        new Header.Holder("r", self.host(), self.machine(), Integer.MAX_VALUE, self.started(), until)))
                .as("the same machine, where there is no such process")
                .isTrue();
    }

    /** Java reckons the start of another process from the machine's clock, which a running process has not seen change. */
    @Test
    void aProcessIsKnownByTheKernelsCountWhateverTheClockSays() {
        assertThat(Processes.self().started()).matches("\\d+");
        assertThat(Processes.self().machine()).matches("[0-9a-f-]{36} pid:\\[\\d+]");
    }

    @Test
    void theLockOfALivingProcessIsReportedAndThatOfAKilledOneIsGone() throws Exception {
        FileStore store = Stores.create(folder);
        Fence fence = store.take("r1");
        Process other = Stores.java(LockHolder.class, "lock", folder.toString());
        try {
            awaitHeld(other);
            StoreLock impatient = new StoreLock(store.directory(), Duration.ofMillis(50));
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> impatient.whileHeld(() -> 1))
                    .withMessageContaining(
                            "process " + other.pid() + " on " + Processes.self().host())
                    .extracting(StoreException::kind)
                    .isEqualTo(StoreException.Kind.BUSY);
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(store.update(fence, state -> Stores.filled(state, 1, 1)).versions())
                .hasSize(1);
    }

    @Test
    void updatesOfManyThreadsAreAllThere() throws Exception {
        FileStore store = Stores.create(folder);
        FileStore sameFiles = Stores.open(folder);
        Fence fence = store.take("r1");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = IntStream.range(0, 40)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> (i % 2 == 0 ? store : sameFiles)
                            .update(
                                    fence,
                                    s -> s.withVersions(List.of(version("s" + i, 1, Version.Status.CURRENT, "v"))))))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.read().versions()).hasSize(40);
    }

    @Test
    void anInterruptedThreadWritesAWholeStateAndStaysInterrupted() {
        FileStore store = Stores.create(folder);
        Fence fence = store.take("r1");

        Thread.currentThread().interrupt();
        store.update(fence, state -> Stores.filled(state, 3, 1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Stores.open(folder).read().versions()).hasSize(3);
    }

    @Test
    void fingerprintsTellValuesApartAndDependOnTheStore() {
        FileStore one = Stores.create(folder.resolve("one"));
        FileStore two = Stores.create(folder.resolve("two"));
        SecretValue value = SecretValue.of("hunter2hunter2");

        assertThat(one.fingerprint(value))
                .isEqualTo(one.fingerprint(SecretValue.of("hunter2hunter2")))
                .isNotEqualTo(one.fingerprint(SecretValue.of("hunter2hunter3")))
                .isNotEqualTo(two.fingerprint(value))
                .doesNotContain("hunter")
                .hasSize(32);
    }

    /** In processor time and the best of several, so that the machine's other work does not count. */
    @Test
    void aLargeStoreIsUpdatedWithFiftyMillisecondsOfWorkAndLookedAtWithFive() {
        FileStore store = Stores.create(folder);
        Fence fence = store.take("r1");
        store.update(fence, state -> Stores.filled(state, 500, 5));

        long update = best(20, i -> store.update(fence, state -> state.deploying("app", "g" + i, "r1")));
        long check = best(20, i -> fence.check());
        long open = best(20, i -> Stores.open(folder));

        assertThat(update).as("microseconds of an update").isLessThan(50_000);
        assertThat(check).as("microseconds of a check").isLessThan(5_000);
        assertThat(open).as("microseconds of an opening").isLessThan(100_000);
    }

    private static long best(int times, java.util.function.IntConsumer work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return IntStream.range(0, times)
                .mapToLong(i -> {
                    long start = threads.getCurrentThreadCpuTime();
                    work.accept(i);
                    return (threads.getCurrentThreadCpuTime() - start) / 1000;
                })
                .min()
                .orElseThrow();
    }

    private static void awaitHeld(Process process) throws Exception {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("held");
    }

    private static final class MovingClock extends Clock {
        private Instant now = NOW;

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
