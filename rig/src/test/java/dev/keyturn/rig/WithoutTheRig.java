package dev.keyturn.rig;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes as Maven does, in a process whose environment has no rig. Prints a line for each that ended or was skipped. */
final class WithoutTheRig {
    private WithoutTheRig() {}

    public static void main(String... classes) {
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getLauncher()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(Stream.of(classes)
                                            .map(name -> selectClass(name))
                                            .toList())
                                    .build(),
                            new Printing());
        }
        System.exit(0); // Testcontainers removes its containers in a shutdown hook, and keeps threads
    }

    private static final class Printing implements TestExecutionListener {
        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            System.out.println("skipped " + test.getDisplayName() + ": " + reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest() || result.getThrowable().isPresent()) {
                System.out.println(result.getStatus() + " " + test.getDisplayName()
                        + result.getThrowable().map(e -> ": " + e).orElse(""));
            }
        }
    }
}
