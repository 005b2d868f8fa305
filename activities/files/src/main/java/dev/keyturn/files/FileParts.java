package dev.keyturn.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Snapshot.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A file as a part of a snapshot: bytes, and {@code mode} in octal, {@code owner} and {@code group} as numbers. */
final class FileParts {
    static final String MODE = "mode";
    static final String OWNER = "owner";
    static final String GROUP = "group";

    /** Of a name that is a symbolic link to the file of another name of the same snapshot: that other name. */
    static final String LINK = "link";

    /** In bytes. No secret is longer; what is longer is not a publication. */
    static final int LARGEST = 1 << 20;

    private FileParts() {}

    /**
     * @param path already resolved: not a link
     * @return empty if there is no file
     * @throws AdapterException CONFIGURATION if it is no regular file or larger than {@link #LARGEST}; DENIED; UNAVAILABLE
     */
    static Optional<Part> look(Path path) {
        try {
            Map<String, Object> seen =
                    Files.readAttributes(path, "unix:isRegularFile,size,mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
            if (!(boolean) seen.get("isRegularFile")) {
                throw wrong(path, "found something that is not a regular file");
            }
            if ((long) seen.get("size") > LARGEST) {
                throw wrong(path, "found " + seen.get("size") + " bytes");
            }
            byte[] content;
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                content = in.readNBytes(LARGEST);
            }
            return Optional.of(
                    part(content, new Mode((int) seen.get("mode")), new Ownership((int) seen.get("uid"), (int)
                            seen.get("gid"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileTrouble.of("read", path, e);
        }
    }

    static Part part(byte[] content, Mode mode, Ownership owner) {
        return new Part(
                content,
                Map.of(
                        MODE,
                        mode.toString(),
                        OWNER,
                        Integer.toString(owner.user()),
                        GROUP,
                        Integer.toString(owner.group())));
    }

    /** A second name of a file that the snapshot has under {@code other}: no value of its own. */
    static Part link(String other) {
        return new Part(other.getBytes(UTF_8), Map.of(LINK, other));
    }

    /** Whether what was found is what was meant. An attribute that is not named was not cared for. */
    static boolean matches(Optional<Part> found, Optional<Part> meant) {
        if (found.isEmpty() || meant.isEmpty()) {
            return found.isEmpty() && meant.isEmpty();
        }
        Part there = found.get();
        Part asked = meant.get();
        return new Part(there.content(), asked.attributes()).equals(asked)
                && there.attributes().entrySet().containsAll(asked.attributes().entrySet());
    }

    private static AdapterException wrong(Path path, String found) {
        return new AdapterException(
                AdapterException.Reason.CONFIGURATION,
                path + ": " + found + ", expected a file of at most " + LARGEST
                        + " bytes; nothing was changed; correct the path in the manifest");
    }
}
