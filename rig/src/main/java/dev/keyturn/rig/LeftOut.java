package dev.keyturn.rig;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says in one line, at the end of a module's tests, what was left out for want of the rig and how to get it. */
public final class LeftOut implements LauncherSessionListener, TestExecutionListener {
    private final Set<Part> missing = EnumSet.noneOf(Part.class);
    private TestPlan plan;
    private long tests;

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
        note(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            result.getThrowable().ifPresent(why -> note(test, String.valueOf(why.getMessage())));
        }
    }

    private synchronized void note(TestIdentifier test, String reason) {
        for (Part part : Part.values()) {
            if (reason.contains(part.missing())) {
                missing.add(part);
                tests += test.isTest()
                        ? 1
                        : plan.getDescendants(test).stream()
                                .filter(TestIdentifier::isTest)
                                .count();
            }
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (!missing.isEmpty()) {
            String parts = missing.stream().map(Part::script).collect(Collectors.joining(" "));
            System.err.println("Left out " + tests + " tests that need " + parts.replace(" ", ", ")
                    + ": .ci/rig/all up " + parts + "; eval \"$(.ci/rig/all env)\"; then again");
        }
    }
}
