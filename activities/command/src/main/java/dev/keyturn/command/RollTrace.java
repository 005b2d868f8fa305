package dev.keyturn.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that lies in the directory for temporary files while a roll runs. A worker that is killed ends nothing: its program runs on,
 * beside that of whoever takes over. By the file the next roll of the same command finds it and ends it first, if the file was left by an
 * earlier holder of the store, or by an earlier try of this one. Its name has the store and the command as a hash, the epoch, and the name
 * of the run; what it holds is the number of the program's process. It orders nobody's death by itself: only what bears that run's name in its environment is ended.
 *
 * <p>Where the directory does not outlive the worker (a container, {@code PrivateTmp} of systemd) its processes do not either.
 */
final class RollTrace implements AutoCloseable {
    private static final String BEGINNING = "keyturn-roll-";
    private static final int HASH_BYTES = 8;

    private final Fence fence;
    private final Command roll;
    private final Path path;

    private RollTrace(Fence fence, Command roll, Path path) {
        this.fence = fence;
        this.roll = roll;
        this.path = path;
    }

    /** To be called before the program is started. */
    static RollTrace leave(Fence fence, Command roll, String name) {
        Path path = directory().resolve(beginning(fence, roll) + fence.epoch() + "-" + name);
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new AdapterException(
                    Reason.UNAVAILABLE,
                    roll + ": cannot write " + path
                            + " (full, or not writable); nothing was started; make room there and run"
                            + " the command again");
        }
        return new RollTrace(fence, roll, path);
    }

    /** Not vital: without the number everything that bears the name is taken to be unfinished. */
    void started(ProcessHandle program) {
        try {
            Files.writeString(path, Long.toString(program.pid()), UTF_8);
        } catch (IOException withoutTheNumber) {
            // The name alone finds it.
        }
    }

    /**
     * Ends what earlier holders of the store, and earlier tries of this one, have left of this command. What a roll that came to its end has
     * left in the background lives on: that is the service.
     *
     * @throws AdapterException UNAVAILABLE if it cannot be ended
     */
    void endEarlier() {
        Pattern names = Pattern.compile(Pattern.quote(beginning(fence, roll)) + "(\\d{1,18})-([0-9a-f-]{36})");
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory(), beginning(fence, roll) + "*")) {
            for (Path file : found) {
                Matcher name = names.matcher(file.getFileName().toString());
                boolean earlier = name.matches()
                        && Long.parseLong(name.group(1)) <= fence.epoch()
                        && !file.getFileName().equals(path.getFileName());
                if (earlier && isOurs(file)) {
                    end(file, name.group(2));
                }
            }
        } catch (IOException e) {
            throw new AdapterException(
                    Reason.UNAVAILABLE,
                    roll
                            + ": the directory for temporary files cannot be listed, where an earlier run may have left its trace;"
                            + " nothing was started; mend it and run the command again");
        }
    }

    private void end(Path file, String name) throws IOException {
        String number = read(file);
        Optional<ProcessHandle> root = number.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(number));
        ProcessTree tree = BoundedRun.tree(Optional.empty(), name);
        boolean unfinished = number.isEmpty() || root.filter(tree::isMarked).isPresent();
        if (unfinished && tree.end() > 0) {
            throw new AdapterException(
                    Reason.UNAVAILABLE,
                    roll + ": an earlier run of it, whose worker was killed, still runs and cannot be ended: "
                            + tree.alive().stream().map(ProcessHandle::pid).toList()
                            + "; nothing was started; end these processes and run the command again");
        }
        Files.deleteIfExists(file);
    }

    /** In a directory where everybody may write, what another user has put there says nothing. */
    private boolean isOurs(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path));
    }

    private static String read(Path file) throws IOException {
        String text = Files.readString(file, UTF_8);
        return text.matches("\\d{1,18}") ? text : "";
    }

    private static Path directory() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** What the names begin with of the files of one store and one command. */
    static String beginning(Fence fence, Command roll) {
        String what = fence.store() + "\0" + roll.directory() + "\0" + String.join("\0", roll.arguments());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(what.getBytes(UTF_8));
            return BEGINNING + HexFormat.of().formatHex(hash, 0, HASH_BYTES) + "-";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The roll has ended, or was ended. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException leftBehind) {
            // The next holder finds nothing that bears its name.
        }
    }
}
