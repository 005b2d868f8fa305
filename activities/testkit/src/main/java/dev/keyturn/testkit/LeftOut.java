package dev.keyturn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts the tests that were left out for want of a {@link Need}. Their number and the remedies go into the file that {@code
 * KEYTURN_LEFT_OUT} names, where {@code mvnw} finds those of all modules, or else into one line when this process has run its tests.
 */
public final class LeftOut implements LauncherSessionListener, TestExecutionListener {
    private static final Set<Need> EXPECTED = ConcurrentHashMap.newKeySet();

    private final Optional<Path> file;
    private final Tally tally = new Tally();
    private TestPlan plan;

    /** For {@code ServiceLoader}. */
    public LeftOut() {
        this(Optional.ofNullable(System.getenv("KEYTURN_LEFT_OUT"))
                .filter(name -> !name.isBlank())
                .map(Path::of));
    }

    LeftOut(Optional<Path> file) {
        this.file = file;
    }

    /** From now on the reason of this need is recognised. */
    static void expect(Need need) {
        EXPECTED.add(need);
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        session.getLauncher().registerTestExecutionListeners(this);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        count(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            result.getThrowable().ifPresent(why -> count(test, String.valueOf(why.getMessage())));
        }
    }

    private synchronized void count(TestIdentifier test, String reason) {
        for (Need need : EXPECTED) {
            if (reason.contains(need.reason())) {
                tally.add(
                        need.name(),
                        need.remedy(),
                        test.isTest()
                                ? 1
                                : plan.getDescendants(test).stream()
                                        .filter(TestIdentifier::isTest)
                                        .count());
                return;
            }
        }
    }

    @Override
    public synchronized void launcherSessionClosed(LauncherSession session) {
        if (tally.isEmpty()) {
            return;
        }
        if (file.isEmpty()) {
            System.err.println(tally.sentence());
            return;
        }
        try {
            tally.addTo(file.get());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell in " + file.get() + ": " + tally.sentence(), e);
        }
    }
}
