package dev.keyturn.steps.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which process this is, and whether another one still lives. */
final class Processes {
    /** The start of a process is reckoned from the machine's clock, which may have been adjusted a little since. */
    private static final Duration SAME_START = Duration.ofSeconds(2);

    private static final Identity SELF = new Identity(
            host(),
            ProcessHandle.current().pid(),
            ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH));

    /** A process: its machine, its number there, and its start, which tells it from a later one of that number. */
    record Identity(String host, long pid, Instant started) {}

    private Processes() {}

    static Identity self() {
        return SELF;
    }

    /** Whether a holder's process is known to be gone: false if it is on another machine, where nobody can look. */
    static boolean gone(Header.Holder holder) {
        if (!holder.host().equals(SELF.host())) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(holder.pid()).filter(ProcessHandle::isAlive);
        Optional<Instant> started = process.flatMap(p -> p.info().startInstant());
        return process.isEmpty()
                || started.filter(start -> differ(start, holder.started())).isPresent();
    }

    static boolean isSelf(Header.Holder holder) {
        return holder.host().equals(SELF.host()) && holder.pid() == SELF.pid();
    }

    private static boolean differ(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(SAME_START) > 0;
    }

    /** From the kernel where it says so: asking for the address of one's own host may wait for a name server. */
    private static String host() {
        try {
            return new String(PrivateFiles.read(Path.of("/proc/sys/kernel/hostname")), UTF_8).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (IOException unknown) {
                return "localhost";
            }
        }
    }
}
