package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Snapshot.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A complete new file beside the one that it is to replace. From its first byte nobody but its owner can read it, and its name
 * says whose it is, so that the next write of the same file removes what a crash left behind.
 */
record TemporaryFile(Path path) {
    private static final Pattern NAME = Pattern.compile("\\.keyturn-(.+)-[0-9a-f]{16}\\.tmp");

    /** Writes {@code part} with its attributes, down to the disk; leaves nothing behind if that fails. */
    static TemporaryFile write(Path target, Part part) throws IOException {
        byte[] unique = new byte[8];
        new SecureRandom().nextBytes(unique);
        Path path = target.resolveSibling(
                ".keyturn-" + target.getFileName() + "-" + HexFormat.of().formatHex(unique) + ".tmp");
        TemporaryFile file = new TemporaryFile(path);
        boolean complete = false;
        try (FileChannel out = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer content = ByteBuffer.wrap(part.content());
            while (content.hasRemaining()) {
                out.write(content);
            }
            file.giveAttributes(target, part);
            out.force(true);
            complete = true;
        } finally {
            if (!complete) {
                file.discard();
            }
        }
        return file;
    }

    /** The owner first: a change of owner takes set-ID bits away, and the mode may let the new group read. */
    private void giveAttributes(Path target, Part part) throws IOException {
        Ownership now = Ownership.of(path);
        int user = Integer.parseInt(part.attributes().getOrDefault(FileParts.OWNER, Integer.toString(now.user())));
        int group = Integer.parseInt(part.attributes().getOrDefault(FileParts.GROUP, Integer.toString(now.group())));
        try {
            if (user != now.user()) {
                Files.setAttribute(path, "unix:uid", user);
            }
            if (group != now.group()) {
                Files.setAttribute(path, "unix:gid", group);
            }
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
            Files.setAttribute(
                    path, "unix:mode", Mode.parse(FileParts.MODE, mode).bits());
        }
    }

    void rename(Path target) throws IOException {
        boolean renamed = false;
        try {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
            renamed = true;
        } finally {
            if (!renamed) {
                discard();
            }
        }
    }

    /** Removes the file if it is there; a failure is left to the next write, which removes leftovers first. */
    void discard() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException leftToTheNextWrite) {
            // The trouble that led here is being thrown and says more.
        }
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
