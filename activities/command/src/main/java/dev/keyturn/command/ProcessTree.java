package dev.keyturn.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A program and all that it started, also what has left its parent and is nobody's descendant: each has the mark of the run in its
 * environment. Only Linux shows that; elsewhere the descendants are all that is found.
 *
 * @param root the program itself; empty if it is not known which of them it is
 * @param mark as it stands in the environment
 */
record ProcessTree(Optional<ProcessHandle> root, String mark) {
    /** How long a process may take to end when it is asked to, before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** When to give up on killing. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    /**
     * Asks, waits a little, then kills until nothing is left: a process may start others while it is being killed.
     *
     * @return how many could not be killed: they are another user's, or hang in the kernel
     */
    long end() {
        boolean interrupted = Thread.interrupted();
        long begin = System.nanoTime();
        boolean asked = false;
        List<ProcessHandle> left = alive();
        for (; !left.isEmpty(); left = alive()) {
            long waited = System.nanoTime() - begin;
            if (waited > PATIENCE.toNanos()) {
                break;
            }
            if (interrupted || waited > GRACE.toNanos()) {
                left.forEach(ProcessHandle::destroyForcibly);
            } else if (!asked) {
                left.forEach(ProcessHandle::destroy);
                asked = true;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return left.size();
    }

    /** What of it runs. */
    List<ProcessHandle> alive() {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        root.ifPresent(process -> {
            all.add(process);
            process.descendants().forEach(all::add);
        });
        ProcessHandle.allProcesses().filter(this::isMarked).forEach(all::add);
        return all.stream().filter(ProcessTree::runs).toList();
    }

    boolean isMarked(ProcessHandle handle) {
        return of(handle, "environ").filter(text -> text.contains(mark)).isPresent();
    }

    /** A zombie counts as alive to Java; in a container without an init process nobody ever takes it away. */
    private static boolean runs(ProcessHandle handle) {
        boolean zombie = of(handle, "stat")
                .filter(text -> text.startsWith(") Z", text.lastIndexOf(')')))
                .isPresent();
        return handle.isAlive() && !zombie;
    }

    private static Optional<String> of(ProcessHandle handle, String file) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", Long.toString(handle.pid()), file), ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
