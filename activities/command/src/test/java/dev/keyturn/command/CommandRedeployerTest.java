package dev.keyturn.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Generation;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Running;
import dev.keyturn.testkit.TestFence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real programs; {@code sh} stands here for what an operator's script does. */
@Timeout(60)
class CommandRedeployerTest {
    private static final Generation WANTED = new Generation("g-42");
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final Progress progress = where -> {};

    @Test
    void theCommandRunsInItsDirectoryWithTheGenerationAndNoShell() throws IOException {
        Path script =
                script("roll", "pwd; echo \"$KEYTURN_GENERATION\"; for a; do echo \"[$a]\"; done >> out; pwd > where");
        redeployer(LONG, List.of("./roll", "$HOME; touch x", "two words"), List.of())
                .roll(fence(), WANTED, progress);
        assertThat(directory.resolve("out")).hasContent("[$HOME; touch x]\n[two words]");
        assertThat(directory.resolve("where")).hasContent(directory.toRealPath().toString());
        assertThat(script).isExecutable();
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void theGenerationIsInTheEnvironmentAndSecretsOfTheWorkerAreNot() {
        Map<String, String> own = Map.of(
                "PATH",
                "/bin",
                "HOME",
                "/h",
                "DOCKER_HOST",
                "unix:///d",
                "KEYTURN_PASSPHRASE",
                "canary",
                "DB_PASSWORD",
                "canary",
                "client_secret",
                "canary",
                "VAULT_TOKEN",
                "canary",
                "AWS_ACCESS_KEY_ID",
                "canary");
        assertThat(ChildEnvironment.of(own, WANTED))
                .isEqualTo(
                        Map.of("PATH", "/bin", "HOME", "/h", "DOCKER_HOST", "unix:///d", "KEYTURN_GENERATION", "g-42"));
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_URL, postgresql://db/app",
        "REDIS_URL, redis://:canary@cache",
        "MONGO_URI, mongodb://db",
        "SENTRY_DSN, canary",
        "dsn, canary",
        "MYSQL_PWD, canary",
        "REDISCLI_AUTH, canary",
        "DOCKER_AUTH_CONFIG, canary",
        "CELERY_BROKER, 'amqp://app:canary@queue:5672/'",
        "JDBC, 'jdbc:postgresql://app:ca/nary@db/app'",
    })
    void whatMayHoldACredentialIsNotPassedOn(String name, String value) {
        assertThat(ChildEnvironment.of(Map.of(name, value), WANTED)).containsOnlyKeys("KEYTURN_GENERATION");
    }

    @ParameterizedTest
    @CsvSource({
        "PWD, /srv/app",
        "OLDPWD, /srv",
        "DOCKER_HOST, 'ssh://deploy@host:22'",
        "HTTPS_PROXY, 'http://user:word@proxy:3128'",
        "http_proxy, 'http://user:word@proxy:3128'",
        "SSH_AUTH_SOCK, /run/agent",
        "LANG, C.UTF-8",
        "SERVICES, 'http://a:80 http://b@c'",
    })
    void whatACommandNeedsIsPassedOn(String name, String value) {
        assertThat(ChildEnvironment.of(Map.of(name, value), WANTED)).containsEntry(name, value);
    }

    @Test
    void aFailingCommandIsUnavailableAndItsLastLinesAreScrubbed() {
        assertThatThrownBy(() -> redeployer(
                                LONG,
                                sh("echo out; for i in 1 2 3 4 5 6; do echo line $i >&2; done;"
                                        + " echo url=redis://:canary@cache >&2; exit 3"),
                                List.of())
                        .roll(fence(), WANTED, progress))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("status 3")
                .hasMessageContaining("line 3 | line 4 | line 5 | line 6 | url=redis://***@cache")
                .hasMessageNotContaining("line 2")
                .hasMessageNotContaining("canary")
                .hasNoCause();
    }

    @Test
    void aProgramThatIsMissingOrCannotRunIsNamedBeforeAnythingStarts() throws IOException {
        Files.writeString(directory.resolve("no-right"), "#!/bin/sh\n");
        for (String program : new String[] {"no-such-program-anywhere", "./no-such-file", "./no-right", "."}) {
            Redeployer redeployer = redeployer(LONG, List.of(program, "canary"), List.of());
            assertThat(redeployer.preflight())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKS))
                    .satisfies(finding -> assertThat(finding.toString()).doesNotContain("canary"));
            assertRefused(Reason.CONFIGURATION, () -> redeployer.roll(fence(), WANTED, progress));
        }
        script("good", "exit 0");
        Files.writeString(directory.resolve("garbage"), "\u0001\u0002");
        assertThat(directory.resolve("garbage").toFile().setExecutable(true)).isTrue();
        assertThat(redeployer(LONG, List.of("./good"), List.of("sh")).preflight())
                .isEmpty();
        assertThat(redeployer(LONG, List.of(), List.of("./none")).preflight()).hasSize(2);
        assertRefused(
                Reason.CONFIGURATION,
                () -> redeployer(LONG, List.of("#nothing"), List.of()).roll(fence(), WANTED, progress));
    }

    @Test
    void aMissingDirectoryBlocks() throws IOException {
        Files.delete(directory);
        assertThat(redeployer(LONG, sh("true"), List.of()).preflight()).hasSize(1);
        Files.createDirectory(directory);
    }

    @Test
    void aHolderWhoseEpochIsOverStartsNothing() {
        assertRefused(
                Reason.FENCED,
                () -> redeployer(LONG, sh("touch started"), List.of()).roll(lateFence(), WANTED, progress));
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void theWholeTreeIsKilledWhenTheTimeIsOver() throws IOException {
        // One child, one grandchild that left its parent, and a program that does not listen to SIGTERM.
        List<String> tree =
                sh("trap '' TERM; sleep 300 & echo $! >> pids; (sh -c 'sleep 301 & echo $! >> pids; exec sleep 302' &)"
                        + "; echo $$ >> pids; while :; do sleep 1; done");
        assertThatThrownBy(() ->
                        redeployer(Duration.ofMillis(700), tree, List.of()).roll(fence(), WANTED, progress))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("700 ms")
                .hasMessageContaining("with all that it started");
        assertThat(pids()).hasSize(3).noneMatch(CommandRedeployerTest::isRunning);
    }

    @Test
    void aCancelledRunIsKilledWithinASecondOrSo() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        Progress cancelling = where -> {
            assertThat(where).doesNotContain("canary");
            if (Files.exists(directory.resolve("pids")) && calls.incrementAndGet() > 1) {
                throw new AdapterException(Reason.CANCELLED, "told to stop");
            }
        };
        assertThatThrownBy(() -> redeployer(LONG, sh("echo $$ > pids; sleep 300; : canary"), List.of())
                        .roll(fence(), WANTED, cancelling))
                .hasMessage("told to stop");
        assertThat(pids()).hasSize(1).noneMatch(CommandRedeployerTest::isRunning);
    }

    @Test
    void anInterruptedWorkerKillsTheCommandAndStaysInterrupted() throws Exception {
        AtomicInteger outcome = new AtomicInteger();
        Thread worker = new Thread(() -> {
            try {
                redeployer(LONG, sh("echo $$ > pids; sleep 300"), List.of()).roll(fence(), WANTED, progress);
            } catch (AdapterException e) {
                outcome.set(
                        e.reason() == Reason.CANCELLED && Thread.currentThread().isInterrupted() ? 1 : 2);
            }
        });
        worker.start();
        await(() -> Files.exists(directory.resolve("pids")));
        worker.interrupt();
        worker.join(10_000);
        assertThat(outcome).hasValue(1);
        assertThat(pids()).noneMatch(CommandRedeployerTest::isRunning);
    }

    @Test
    void aDaemonLeftInTheBackgroundLivesOnAndIsNotWaitedFor() throws IOException {
        Redeployer redeployer = redeployer(
                LONG,
                sh("(while echo still printing; do sleep 0.05; echo x >> alive; done) & echo $! > pids"),
                List.of());
        long begin = System.nanoTime();
        redeployer.roll(fence(), WANTED, progress);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        try {
            long before = size("alive");
            await(() -> size("alive") > before + 4);
            assertThat(pids()).allMatch(CommandRedeployerTest::isRunning);
        } finally {
            pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Test
    void aFloodOfOutputIsBoundedAndItsEndIsKept() {
        assertThatThrownBy(() -> redeployer(
                                LONG,
                                sh("head -c 30000000 /dev/zero | tr '\\0' 'y'; echo; echo the end; exit 1"),
                                List.of())
                        .roll(fence(), WANTED, progress))
                .hasMessageContaining("the end")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2_000));
    }

    @Test
    void progressIsReportedWhileTheCommandRuns() {
        AtomicInteger calls = new AtomicInteger();
        redeployer(LONG, sh("sleep 1"), List.of()).roll(fence(), WANTED, where -> calls.incrementAndGet());
        assertThat(calls).hasValueGreaterThanOrEqualTo(3);
    }

    @Test
    void whatRunsIsToldLineByLine() {
        assertThat(redeployer(
                                LONG,
                                sh("true"),
                                sh("echo; echo 'app-1  g-42'; printf 'app-2\\tg-41\\n'; echo noise here too >&2"))
                        .running(WANTED))
                .containsExactly(
                        new Running("app-1", true, Running.Proof.LABEL),
                        new Running("app-2", false, Running.Proof.LABEL));
        assertThat(redeployer(LONG, sh("true"), sh("echo app $KEYTURN_GENERATION"))
                        .running(WANTED))
                .containsExactly(new Running("app", true, Running.Proof.LABEL));
        assertThat(redeployer(LONG, sh("true"), sh("true")).running(WANTED)).isEmpty();
    }

    @Test
    void withoutALookingCommandTheWordOfTheOtherIsAllThereIs() {
        assertThat(redeployer(LONG, sh("true"), List.of()).running(WANTED))
                .containsExactly(new Running("sh", true, Running.Proof.WORD));
    }

    @Test
    void anAnswerThatIsNoneIsRefusedWithoutBeingQuoted() {
        assertRefused(
                Reason.CONFIGURATION,
                () -> redeployer(LONG, sh("true"), sh("echo three words canary"))
                        .running(WANTED));
        assertRefused(
                Reason.CONFIGURATION,
                () -> redeployer(LONG, sh("true"), sh("yes 'app canary' | head -c 70000"))
                        .running(WANTED));
        assertRefused(
                Reason.UNAVAILABLE,
                () -> redeployer(LONG, sh("true"), sh("exit 1")).running(WANTED));
    }

    @Test
    void nothingPrintedStaysInTheDirectoryForTemporaryFiles() throws IOException {
        redeployer(LONG, sh("echo canary; ls -l /proc/$$/fd/1 | tee listed"), List.of())
                .roll(fence(), WANTED, progress);
        assertThat(Files.readString(directory.resolve("listed"))).contains("keyturn-output-");
        String name = Files.readString(directory.resolve("listed")).replaceAll("(?s).*-> (\\S+).*", "$1");
        assertThat(Path.of(name)).doesNotExist();
    }

    private Redeployer redeployer(Duration within, List<String> roll, List<String> running) {
        return Redeployers.open(directory, within, roll, running);
    }

    private static List<String> sh(String script) {
        return List.of("sh", "-c", script);
    }

    private Path script(String name, String text) throws IOException {
        Path script = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (Stream<String> lines = Files.lines(directory.resolve("pids"))) {
            lines.forEach(line -> pids.add(Long.parseLong(line)));
        }
        return pids;
    }

    private long size(String file) {
        return directory.resolve(file).toFile().length();
    }

    private static boolean isRunning(long pid) {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z");
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition holds in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AdapterException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason))
                .hasMessageNotContaining("canary");
    }

    private static Fence fence() {
        return new TestFence("test", 1);
    }

    private static Fence lateFence() {
        TestFence fence = new TestFence("test", 1);
        fence.end();
        return fence;
    }
}
