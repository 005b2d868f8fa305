package dev.keyturn.steps.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which process this is, and whether another one still lives. */
final class Processes {
    private static final Path PROC = Path.of("/proc");

    /** Among the words behind the name in {@code /proc/PID/stat}, when the process started, in ticks since the machine did (proc(5), field 22). */
    private static final int START_TICKS = 19;

    private static final Identity SELF =
            new Identity(host(), machine(), ProcessHandle.current().pid(), started(ProcessHandle.current()));

    /** A process: its machine's name, where its number means it, its number there, and what tells it from a later one of that number. */
    record Identity(String host, String machine, long pid, String started) {}

    private Processes() {}

    static Identity self() {
        return SELF;
    }

    /** Whether a holder's process is known to be gone: false if it is where nobody can look, on another machine or in a container of its own. */
    static boolean gone(Header.Holder holder) {
        if (!holder.machine().equals(SELF.machine())) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(holder.pid()).filter(ProcessHandle::isAlive);
        return process.isEmpty()
                || process.map(Processes::started)
                        .filter(start -> !start.isEmpty() && !start.equals(holder.started()))
                        .isPresent();
    }

    static boolean isSelf(Header.Holder holder) {
        return holder.machine().equals(SELF.machine())
                && holder.pid() == SELF.pid()
                && holder.started().equals(SELF.started());
    }

    /** By the kernel's own count, because Java reckons the moment from the machine's clock, which may be set in between; empty if unknown. */
    private static String started(ProcessHandle process) {
        Path stat = PROC.resolve(process.pid() + "/stat");
        if (!Files.exists(stat)) {
            return process.info().startInstant().map(Object::toString).orElse("");
        }
        try {
            String line = new String(PrivateFiles.read(stat), UTF_8);
            // The name may hold blanks and brackets.
            return line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[START_TICKS];
        } catch (IOException | IndexOutOfBoundsException gone) {
            return "";
        }
    }

    /** Containers of one host may bear one name, and a machine that was started again counts from the beginning. */
    private static String machine() {
        try {
            String boot = new String(PrivateFiles.read(PROC.resolve("sys/kernel/random/boot_id")), UTF_8).strip();
            return boot + " " + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return host();
        }
    }

    /** From the kernel where it says so: asking for the address of one's own host may wait for a name server. */
    private static String host() {
        try {
            return new String(PrivateFiles.read(PROC.resolve("sys/kernel/hostname")), UTF_8).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (IOException unknown) {
                return "localhost";
            }
        }
    }
}
