package dev.keyturn.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What may befall a process from outside, together with everything that it has started. Each method returns when it is
 * so, and throws {@link IllegalStateException} if it is not so within ten seconds.
 */
public final class Processes {
    private static final String STOPPED = "T";
    private static final String ZOMBIE = "Z";

    private Processes() {}

    /** Stops it where it stands (SIGSTOP), the process before its children so that it starts no more. */
    public static void suspend(long pid) {
        for (long each : tree(pid)) {
            signal("STOP", each);
        }
        // What was started while the children were listed stands still now, or is in the list.
        for (long each : tree(pid)) {
            signal("STOP", each);
            await(each, s -> s.equals(STOPPED) || isGone(s), "did not stop");
        }
    }

    /** Lets it go on (SIGCONT), the children first. */
    public static void resume(long pid) {
        List<Long> tree = tree(pid);
        for (int i = tree.size() - 1; i >= 0; i--) {
            signal("CONT", tree.get(i));
            await(tree.get(i), s -> !s.equals(STOPPED), "did not go on");
        }
    }

    /** Ends it without a warning (SIGKILL), and its children with it. One that has ended already is fine. */
    public static void kill(long pid) {
        List<Long> tree = tree(pid);
        for (long each : tree) {
            signal("KILL", each);
        }
        for (long each : tree) {
            await(each, Processes::isGone, "did not end");
        }
    }

    /** Whether it has not ended; one that was suspended has not. */
    public static boolean isAlive(long pid) {
        return !isGone(state(pid));
    }

    /** Whether it stands still. */
    public static boolean isSuspended(long pid) {
        return state(pid).equals(STOPPED);
    }

    private static boolean isGone(String state) {
        return state.isEmpty() || state.equals(ZOMBIE);
    }

    private static List<Long> tree(long pid) {
        List<Long> tree = new ArrayList<>(List.of(pid));
        ProcessHandle.of(pid)
                .map(ProcessHandle::descendants)
                .orElse(Stream.empty())
                .forEach(p -> tree.add(p.pid()));
        return tree;
    }

    /** By {@code kill}: Java itself can send only two signals. One that is gone is no failure, see the waits. */
    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("no program kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a signal was sent", e);
        }
    }

    private static void await(long pid, Predicate<String> wanted, String otherwise) {
        if (!Eventually.holds(() -> wanted.test(state(pid)))) {
            throw new IllegalStateException("process " + pid + " " + otherwise);
        }
    }

    /** The letter after the name in {@code /proc/PID/stat} (proc(5)); empty if there is no such process. */
    private static String state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            int name = stat.lastIndexOf(')');
            return stat.substring(name + 2, name + 3);
        } catch (IOException e) {
            return "";
        }
    }
}
