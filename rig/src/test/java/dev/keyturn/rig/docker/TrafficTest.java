package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.OnDocker;
import dev.keyturn.rig.Traffic;
import dev.keyturn.rig.docker.Address.Seen;
import dev.keyturn.rig.docker.Address.Way;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the traffic client tells, held against what the servers that it asked have seen. */
@OnDocker
@Timeout(480)
class TrafficTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** From the moment when a request is sent to that when the server has accepted it; less than the client's own timeout of 2 s. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

    private static final Duration EVERY = Duration.ofMillis(20);

    /** The client tells whole milliseconds. */
    private static final Duration ROUNDED = Duration.ofMillis(2);

    @TempDir
    Path folder;

    private Path records;
    private Address address;

    @BeforeEach
    void open() throws IOException {
        records = folder.resolve("records");
        address = new Address(Way.GOOD);
    }

    @AfterEach
    void close() throws IOException {
        address.close();
    }

    @Test
    void whileAllGoesWellNothingIsTold() {
        try (Traffic traffic = Traffic.to(records, address.url())) {
            awaitSeen(address, Way.GOOD, 5);
            Traffic.Report report = traffic.end();
            assertThat(report.failures()).isEmpty();
            assertThat(report.longestGap()).isZero();
            assertThat(report.longestGapAddress()).isEmpty();
            // The first one only showed that it may begin.
            assertThat(report.requests()).isEqualTo(address.seen().size() - 1);
        }
    }

    @Test
    void anAnswerThatIsNotGoodIsAFailure() throws IOException {
        assertThat(reasonsWhile(Way.ERROR, 3)).allMatch(reason -> reason.startsWith("503"));
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsAFailure() throws IOException {
        assertThat(reasonsWhile(Way.SILENT, 1)).containsOnly("TimeoutError");
    }

    @Test
    void aConnectionThatIsResetIsAFailure() throws IOException {
        assertThat(reasonsWhile(Way.RESET, 3)).containsOnly("ConnectionResetError");
    }

    @Test
    void aConnectionThatIsRefusedIsAFailure() throws IOException {
        try (Traffic traffic = Traffic.to(records, address.url())) {
            awaitSeen(address, Way.GOOD, 3);
            Instant closed = Instant.now();
            address.turn(Way.REFUSED);
            await().atMost(LONGEST)
                    .until(() -> Files.readString(records).split("ConnectionRefusedError", -1).length > 3);
            Instant opened = Instant.now();
            int before = address.seen(Way.GOOD).size();
            address.turn(Way.GOOD);
            awaitSeen(address, Way.GOOD, before + 2);
            Traffic.Report report = traffic.end();
            List<Seen> good = address.seen(Way.GOOD);
            // One that had connected and was not accepted yet is reset.
            assertThat(report.failures())
                    .extracting(Traffic.Failure::reason)
                    .contains("ConnectionRefusedError")
                    .isSubsetOf("ConnectionRefusedError", "ConnectionResetError");
            assertThat(report.failures())
                    .allSatisfy(failure -> assertThat(failure.sent()).isBetween(closed.minus(ON_THE_WAY), opened));
            assertThat(report.longestGap())
                    .isBetween(
                            between(report.failures().get(0).sent(), opened)
                                    .minus(EVERY)
                                    .minus(ROUNDED),
                            between(
                                            good.get(before - 1).at(),
                                            good.get(before + 1).at())
                                    .minus(EVERY)
                                    .plus(ROUNDED));
        }
    }

    @Test
    void theOutageOfOneAddressIsNotHiddenByAnotherThatGoesOn() throws IOException {
        try (Address other = new Address(Way.GOOD);
                Traffic traffic = Traffic.to(records, address.url(), other.url())) {
            other.turn(Way.ERROR);
            awaitSeen(other, Way.ERROR, 10);
            int before = address.seen().size();
            other.turn(Way.GOOD);
            awaitSeen(other, Way.GOOD, other.seen(Way.GOOD).size() + 3);
            Traffic.Report report = traffic.end();
            assertThat(report.failures())
                    .hasSameSizeAs(other.seen(Way.ERROR))
                    .extracting(Traffic.Failure::address)
                    .containsOnly(other.url());
            assertThat(before).as("good answers meanwhile").isGreaterThan(5);
            assertThat(report.longestGapAddress()).contains(other.url());
            assertGap(report, other, Way.ERROR);
        }
    }

    @Test
    void anAddressThatDoesNotAnswerKeepsNobodyFromAskingTheOthers() throws IOException {
        try (Address other = new Address(Way.GOOD);
                Traffic traffic = Traffic.to(records, other.url(), address.url())) {
            other.turn(Way.SILENT);
            awaitSeen(other, Way.SILENT, 1);
            int before = address.seen().size();
            awaitSeen(address, Way.GOOD, before + 10);
            assertThat(other.seen(Way.SILENT)).hasSize(1);
            traffic.end();
        }
    }

    @Test
    void nothingCountsBeforeEachAddressHasGivenAGoodAnswer() throws IOException {
        try (Address other = new Address(Way.ERROR)) {
            CompletableFuture<Traffic> started =
                    CompletableFuture.supplyAsync(() -> Traffic.to(records, address.url(), other.url()));
            awaitSeen(other, Way.ERROR, 5);
            assertThat(started).isNotDone();
            other.turn(Way.GOOD);
            try (Traffic traffic = started.join()) {
                assertThat(traffic.end().failures()).isEmpty();
            }
        }
    }

    @Test
    void anInterruptEndsTheClientToo() throws Exception {
        address.turn(Way.ERROR);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Traffic.to(records, address.url()))
                    .withMessageContaining("interrupted");
            ended.complete(null);
        });
        waiting.start();
        awaitSeen(address, Way.ERROR, 1);
        List<ProcessHandle> clients = ProcessHandle.current()
                .children()
                .filter(one -> one.info().commandLine().orElse("").contains(records.toString()))
                .toList();
        assertThat(clients).hasSize(1);
        waiting.interrupt();
        waiting.join();
        assertThat(ended).isCompleted();
        assertThat(clients).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void theClientEndsWithAProcessThatIsKilledAndKeepsNoneOfItsStreams() throws Exception {
        Process owner = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        records.toString(),
                        address.url())
                .redirectErrorStream(true)
                .start();
        List<ProcessHandle> clients = List.of();
        try {
            assertThat(new String(owner.getInputStream().readNBytes(Owner.ASKING.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(Owner.ASKING);
            clients = owner.descendants().toList();
            assertThat(clients).isNotEmpty();
            for (ProcessHandle client : clients) {
                assertThat(streams(client.pid()))
                        .isNotEmpty()
                        .doesNotContainAnyElementsOf(streams(owner.pid()).subList(0, 3));
            }
            owner.destroyForcibly();
            for (ProcessHandle client : clients) {
                await().atMost(LONGEST).until(() -> !client.isAlive());
            }
        } finally {
            owner.destroyForcibly();
            clients.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** A process that has the client running when it is killed. */
    static final class Owner {
        static final String ASKING = "asking";

        private Owner() {}

        public static void main(String... arguments) throws InterruptedException {
            try (Traffic traffic = Traffic.to(Path.of(arguments[0]), arguments[1])) {
                System.out.print(ASKING);
                System.out.flush();
                new CountDownLatch(1).await();
                traffic.end();
            }
        }
    }

    /** What a process has open, by number. */
    private static List<String> streams(long process) throws IOException {
        List<String> found = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            Path stream = Path.of("/proc/" + process + "/fd/" + number);
            if (Files.isSymbolicLink(stream)) {
                found.add(Files.readSymbolicLink(stream).toString());
            }
        }
        return found;
    }

    /** Lets the address treat some requests so, between good ones, and holds the report against what it has seen. */
    private List<String> reasonsWhile(Way way, int requests) throws IOException {
        try (Traffic traffic = Traffic.to(records, address.url())) {
            awaitSeen(address, Way.GOOD, 3);
            address.turn(way);
            awaitSeen(address, way, requests);
            address.turn(Way.GOOD);
            int before = address.seen(Way.GOOD).size();
            awaitSeen(address, Way.GOOD, before + 3);
            Traffic.Report report = traffic.end();
            List<Seen> failed = address.seen(way);
            assertThat(report.failures()).hasSameSizeAs(failed);
            for (int i = 0; i < failed.size(); i++) {
                Instant seen = failed.get(i).at();
                assertThat(report.failures().get(i).sent()).isBetween(seen.minus(ON_THE_WAY), seen);
            }
            assertThat(report.longestGapAddress()).contains(address.url());
            assertGap(report, address, way);
            return report.failures().stream().map(Traffic.Failure::reason).toList();
        }
    }

    /** The gap lies between the ends of two good answers, and these between what the server saw before and after each of them. */
    private static void assertGap(Traffic.Report report, Address address, Way way) {
        List<Seen> seen = address.seen();
        int first = seen.indexOf(address.seen(way).get(0));
        int last = seen.lastIndexOf(address.seen(way).get(address.seen(way).size() - 1));
        assertThat(report.longestGap())
                .isBetween(
                        between(seen.get(first).at(), seen.get(last + 1).at())
                                .minus(EVERY)
                                .minus(ROUNDED),
                        between(seen.get(first - 1).at(), seen.get(last + 2).at())
                                .minus(EVERY)
                                .plus(ROUNDED));
    }

    private static Duration between(Instant from, Instant to) {
        return Duration.between(from, to);
    }

    private static void awaitSeen(Address address, Way way, int requests) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(LONGEST)
                .until(() -> address.seen(way).size() >= requests);
    }
}
