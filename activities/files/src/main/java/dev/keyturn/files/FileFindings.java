package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Snapshot.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What can be said of files and directories before anything is written there.
 *
 * @param links what to do with a link
 * @param mode what a file's mode should at most be
 * @param mounts where something is mounted now
 */
record FileFindings(LinkPolicy links, Mode mode, MountPoints mounts) {
    private static final int OTHER_MAY_WRITE = 02;
    private static final int STICKY = 01000;

    /** In bytes: the largest file twice over. Less would not make the write unsafe, but would make it fail. */
    private static final long ENOUGH = 64 * 1024;

    /** @param directory where files are to be replaced, a link already followed */
    List<Finding> directory(Path directory) {
        List<Finding> findings = new ArrayList<>();
        String object = "directory " + directory;
        if (!Files.isDirectory(directory)) {
            String found = Files.exists(directory) ? "not a directory" : "missing";
            return List.of(Finding.blocks(object, found, "a directory", "create it, or correct the manifest"));
        }
        if (!Files.isWritable(directory) || !Files.isReadable(directory) || !Files.isExecutable(directory)) {
            return List.of(Finding.blocks(
                    object,
                    "user " + System.getProperty("user.name") + " may not list it or create files in it",
                    "a directory that the worker can write",
                    "give the worker's user the right, or run it as the owner"));
        }
        try {
            int bits = (int) Files.getAttribute(directory, "unix:mode");
            if ((bits & OTHER_MAY_WRITE) != 0 && (bits & STICKY) == 0) {
                findings.add(Finding.warns(
                        object,
                        "mode " + new Mode(bits) + ": every user may replace its files",
                        "a mode that lets only the owner write",
                        "chmod o-w " + directory));
            }
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < ENOUGH) {
                findings.add(Finding.blocks(
                        object, free + " bytes free", "at least " + ENOUGH + " bytes free", "make room on the device"));
            }
        } catch (IOException e) {
            findings.add(Finding.blocks(
                    object, FileTrouble.of("look at", directory, e).getMessage(), "a directory", "remove the cause"));
        }
        for (Path leftover : TemporaryFile.leftovers(directory)) {
            findings.add(Finding.warns(
                    "file " + leftover,
                    "the leftover of a run that was killed; it may hold a value",
                    "no leftovers",
                    "the next write of the same file removes it; or rm -r " + leftover));
        }
        return findings;
    }

    /** @param path a file to be replaced, possibly a link; it need not exist */
    List<Finding> file(Path path) {
        String object = "file " + path;
        Optional<String> refusal = links.refusal(path);
        if (refusal.isPresent()) {
            return List.of(Finding.blocks(
                    object, refusal.get(), "a file, or one link to it on the same device", "name the real path"));
        }
        Path file = links.resolve(path);
        List<Finding> findings = new ArrayList<>();
        if (Files.isSymbolicLink(path)) {
            // The new file is made beside the old one, not beside the link.
            findings.addAll(directory(file.getParent()));
        }
        try {
            Optional<Part> part = FileParts.look(file);
            if (part.isPresent()) {
                findings.addAll(attributes(object, file));
            }
            return findings;
        } catch (AdapterException e) {
            return List.of(Finding.blocks(object, e.getMessage(), "a file that can be read", "see what was found"));
        } catch (IOException e) {
            return List.of(Finding.blocks(
                    object, FileTrouble.of("look at", file, e).getMessage(), "a file", "run the command again"));
        }
    }

    private List<Finding> attributes(String object, Path file) throws IOException {
        List<Finding> findings = new ArrayList<>();
        Mode found = new Mode((int) Files.getAttribute(file, "unix:mode"));
        if (found.isWiderThan(mode)) {
            findings.add(Finding.warns(
                    object,
                    "mode " + found + ": group or others may do more than the manifest says",
                    "mode " + mode + " or less",
                    "chmod " + mode + " " + file));
        }
        Ownership owner = Ownership.of(file);
        Ownership fresh = Ownership.forNew(file.toAbsolutePath().getParent());
        if (!Ownership.privileged() && owner.user() != fresh.user()) {
            findings.add(Finding.blocks(
                    object,
                    "owned by user " + owner.user() + ", and the worker runs as user " + fresh.user(),
                    "a file whose owner the worker can keep",
                    "run the worker as root or as user " + owner.user()));
        }
        if (!fresh.mayGiveTo(owner.group())) {
            findings.add(Finding.blocks(
                    object,
                    "group " + owner.group() + ", of which the worker, user " + fresh.user() + ", is no member",
                    "a file whose group the worker can keep",
                    "add the worker's user to the group and start the worker again, or chgrp " + fresh.group() + " "
                            + file));
        }
        if (mounts.contains(LinkPolicy.entry(file))) {
            findings.add(Finding.blocks(
                    object,
                    "a mount point: a file that is mounted by itself cannot be replaced",
                    "a file in a directory that is mounted as a whole",
                    "mount the directory instead of the file"));
        }
        int names = (int) Files.getAttribute(file, "unix:nlink");
        if (names > 1) {
            findings.add(Finding.warns(
                    object,
                    "the file has " + names + " names (hard links); the others would keep the old content",
                    "one name",
                    "find what reads the other names, and make them symbolic links"));
        }
        return findings;
    }
}
