package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.opentest4j.TestAbortedException;

class LeftOutTest {
    private static final Need SERVER = new Need("server-9", "there is no /opt/server-9", "get {}; start it");
    private static final Need OTHER = new Need("other", "OTHER is not set", "get {}; start it");
    private static final Need ROOT = new Need("root", "this is user 1000", "be root");

    @TempDir
    private Path folder;

    @Test
    void aMissingNeedAbortsATestAndTellsTheRemedy() {
        SERVER.leavesOutUnless(true, true);
        assertThatExceptionOfType(TestAbortedException.class)
                .isThrownBy(() -> SERVER.leavesOutUnless(false, false))
                .withMessage("needs server-9 (there is no /opt/server-9): get server-9; start it");
    }

    @Test
    void aMissingNeedFailsATestWhereNothingMayBeLeftOut() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SERVER.leavesOutUnless(false, true))
                .withMessageContaining("KEYTURN_RIG_REQUIRED=1")
                .withMessageContaining("there is no /opt/server-9")
                .withMessageEndingWith("get server-9; start it");
    }

    @Test
    void allThatWasLeftOutStandsInOneLineWithEachRemedyOnce() throws IOException {
        Path file = folder.resolve("target/left-out");
        run(file, Server.class, ByCondition.class);
        run(file, Root.class, Server.class);
        assertThat(Files.readAllLines(file).get(0))
                .isEqualTo(
                        "Left out 8 tests that need root (1), other (3), server-9 (4): be root; get other server-9; start it"
                                + "; then again");
    }

    @Test
    void whatIsSkippedForAnotherReasonIsNotCounted() {
        run(folder.resolve("left-out"), Unlike.class);
        assertThat(folder.resolve("left-out")).doesNotExist();
    }

    @Test
    void processesThatEndAtTheSameTimeLoseNothing() throws IOException {
        Path file = folder.resolve("left-out");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Adding.class.getName(),
                            file.toString())
                    .inheritIO()
                    .start());
        }
        processes.stream().map(Process::onExit).forEach(CompletableFuture::join);
        assertThat(processes).allMatch(process -> process.exitValue() == 0);
        assertThat(Files.readAllLines(file).get(0)).startsWith("Left out 300 tests that need other (300): ");
    }

    private static void run(Path file, Class<?>... classes) {
        try (LauncherSession session = LauncherFactory.openSession(LauncherConfig.builder()
                .enableLauncherSessionListenerAutoRegistration(false)
                .addLauncherSessionListeners(new LeftOut(Optional.of(file)))
                .build())) {
            LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
            for (Class<?> one : classes) {
                request.selectors(selectClass(one));
            }
            session.getLauncher().execute(request.build());
        }
    }

    static final class Adding {
        private Adding() {}

        public static void main(String[] arguments) throws IOException {
            Tally tally = new Tally();
            tally.add("other", "get {}", 1);
            for (int i = 0; i < 100; i++) {
                tally.addTo(Path.of(arguments[0]));
            }
        }
    }

    /** Two tests that are left out together. */
    static class Server {
        @BeforeAll
        static void start() {
            SERVER.leavesOutUnless(false, false);
        }

        @Test
        void one() {}

        @Test
        void two() {}
    }

    static class Root {
        @Test
        void one() {
            ROOT.leavesOutUnless(false, false);
        }

        @Test
        void another() {}
    }

    @ExtendWith(Condition.class)
    static class ByCondition {
        @Test
        void one() {}

        @Test
        void two() {}

        @Test
        void three() {}
    }

    static class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return ConditionEvaluationResult.disabled(OTHER.reason() + "; nothing stands for it");
        }
    }

    static class Unlike {
        @Test
        void thisServerCannotDoIt() {
            Assumptions.abort("this server cannot overlap");
        }

        @Test
        @DisabledIf("always")
        void switchedOff() {}

        static boolean always() {
            return true;
        }
    }
}
