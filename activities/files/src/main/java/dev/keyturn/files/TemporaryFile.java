package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Snapshot.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A complete new file beside the one that it is to replace, in a directory of its own that nobody but the worker can enter: what is
 * copied from the old file can be read by nobody while it has not yet all of that file's attributes. The directory's name says whose
 * it is, so that the next write of the same file removes what a crash left behind.
 *
 * @param path the file, in that directory
 */
record TemporaryFile(Path path) {
    private static final int OWNER_MAY_READ_AND_WRITE = 0600;
    private static final Pattern NAME = Pattern.compile("\\.keyturn-(.+)-([0-9a-f]{16})\\.tmp");

    /**
     * Writes {@code part} with its attributes, down to the disk; leaves nothing behind if that fails. From a file that is there
     * already comes also what a part does not tell, where the system lets the worker: access control lists and other
     * extended attributes.
     */
    static TemporaryFile write(Path target, Part part) throws IOException {
        String unique = unique();
        Path directory = target.resolveSibling(".keyturn-" + target.getFileName() + "-" + unique + ".tmp");
        TemporaryFile file = new TemporaryFile(directory.resolve(unique));
        boolean complete = false;
        try {
            Files.createDirectory(directory, permissions("rwx------"));
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.copy(target, file.path, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                file.letOwnerWrite();
            } else {
                Files.createFile(file.path, permissions("rw-------"));
            }
            file.fill(target, part);
            complete = true;
        } finally {
            if (!complete) {
                file.discard();
            }
        }
        return file;
    }

    private static String unique() {
        byte[] unique = new byte[8];
        new SecureRandom().nextBytes(unique);
        return HexFormat.of().formatHex(unique);
    }

    private static FileAttribute<?> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    private void letOwnerWrite() throws IOException {
        int bits = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        new Mode(bits | OWNER_MAY_READ_AND_WRITE).giveTo(path);
    }

    /** Opened before it has its mode, which may let nobody write. */
    private void fill(Path target, Part part) throws IOException {
        try (FileChannel out = FileChannel.open(
                path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer content = ByteBuffer.wrap(part.content());
            while (content.hasRemaining()) {
                out.write(content);
            }
            giveAttributes(target, part);
            out.force(true);
        }
    }

    /** The owner first: a change of owner takes set-ID bits away, and the mode may let the new group read. */
    private void giveAttributes(Path target, Part part) throws IOException {
        Ownership now = Ownership.ofEntry(path);
        int user = Integer.parseInt(part.attributes().getOrDefault(FileParts.OWNER, Integer.toString(now.user())));
        int group = Integer.parseInt(part.attributes().getOrDefault(FileParts.GROUP, Integer.toString(now.group())));
        try {
            new Ownership(user, group).giveTo(path);
        } catch (IOException e) {
            throw new AdapterException(
                    AdapterException.Reason.DENIED,
                    target + " belongs to user " + user + " and group " + group + ", and the worker's user "
                            + now.user()
                            + " may not create a file for them; no file was changed; run the worker as root or as"
                            + " the owner, or change the owner of the file");
        }
        String mode = part.attributes().get(FileParts.MODE);
        if (mode != null) {
            Mode.parse(FileParts.MODE, mode).giveTo(path);
        }
    }

    void rename(Path target) throws IOException {
        try {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            // Where it was renamed this removes the directory.
            discard();
        }
    }

    /** Removes what is there; a failure is left to the next write, which removes leftovers first. */
    void discard() {
        try {
            remove(path.getParent());
        } catch (IOException leftToTheNextWrite) {
            // The trouble that led here is being thrown and says more.
        }
    }

    /**
     * Removes what a write has made, or a crash has left of it. By name, and nothing else: whoever may write in the directory around
     * could have put a link to some directory in its place.
     */
    static void remove(Path leftover) throws IOException {
        Matcher name = NAME.matcher(leftover.getFileName().toString());
        if (name.matches() && Files.isDirectory(leftover, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(leftover.resolve(name.group(2)));
        }
        Files.deleteIfExists(leftover);
    }

    /** What crashes left in this directory, of whichever file. */
    static List<Path> leftovers(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, ".keyturn-*.tmp")) {
            entries.forEach(entry -> {
                if (isOne(entry)) {
                    found.add(entry);
                }
            });
        } catch (IOException e) {
            throw FileTrouble.of("list", directory, e);
        }
        return found;
    }

    static boolean isOne(Path path) {
        return NAME.matcher(path.getFileName().toString()).matches();
    }

    /** Whether this leftover was to become {@code target}. */
    static boolean belongs(Path leftover, Path target) {
        Matcher name = NAME.matcher(leftover.getFileName().toString());
        return leftover.toAbsolutePath()
                        .getParent()
                        .equals(target.toAbsolutePath().getParent())
                && name.matches()
                && name.group(1).equals(target.getFileName().toString());
    }

    /** Makes the renames in a directory outlive a power cut. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
