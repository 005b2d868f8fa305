package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to do with a path that is a symbolic link: the rename must replace what the link points to, never the link. A
 * link is followed once. A link to a link, to nothing or to another device is refused: whoever made it meant something that
 * a rename would silently undo.
 *
 * @param follow whether links are followed at all
 */
record LinkPolicy(boolean follow) {
    /**
     * The path that is to be replaced: {@code path} itself, or what it links to. It need not exist unless it is linked to.
     *
     * @throws AdapterException CONFIGURATION if the link is refused
     */
    Path resolve(Path path) {
        refusal(path).ifPresent(why -> {
            throw new AdapterException(
                    AdapterException.Reason.CONFIGURATION,
                    path + ": " + why
                            + "; expected a file or directory, or one link to it on the same device; nothing was"
                            + " changed; name the real path in the manifest");
        });
        return Files.isSymbolicLink(path) ? target(path) : path;
    }

    /** Why this path is refused; empty if it is not. */
    Optional<String> refusal(Path path) {
        if (!Files.isSymbolicLink(path)) {
            return Optional.empty();
        }
        if (!follow) {
            return Optional.of("it is a symbolic link, and follow-symlink is false");
        }
        Path target = target(path);
        if (Files.isSymbolicLink(target)) {
            return Optional.of("it is a symbolic link to a symbolic link");
        }
        if (!Files.exists(target)) {
            return Optional.of("it is a symbolic link to nothing");
        }
        if (!device(path).equals(device(target))) {
            return Optional.of("it is a symbolic link to another device");
        }
        return Optional.empty();
    }

    /**
     * The one path that an entry of a directory has, however its directory was named. Directories are followed as the system
     * does, link by link: {@code current/../x} lies beside what {@code current} links to.
     *
     * @param path itself not followed; where its directory does not exist it stays as it is
     */
    static Path entry(Path path) {
        Path absolute = path.toAbsolutePath();
        Path name = absolute.getFileName();
        try {
            return name == null
                            || name.toString().equals("..")
                            || name.toString().equals(".")
                    ? absolute.toRealPath()
                    : absolute.getParent().toRealPath().resolve(name);
        } catch (NoSuchFileException e) {
            return absolute;
        } catch (IOException e) {
            throw FileTrouble.of("look at", path, e);
        }
    }

    private static Path target(Path link) {
        try {
            return entry(entry(link).resolveSibling(Files.readSymbolicLink(link)));
        } catch (IOException e) {
            throw FileTrouble.of("read the link", link, e);
        }
    }

    private static Object device(Path path) {
        try {
            return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw FileTrouble.of("look at", path, e);
        }
    }
}
