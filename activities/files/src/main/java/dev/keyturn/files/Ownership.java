package dev.keyturn.files;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Who owns a file, by number: a number needs no user database, so it means the same in a container.
 *
 * @param user the user's number
 * @param group the group's number
 */
record Ownership(int user, int group) {
    private static final int SET_GROUP_ID = 02000;

    static boolean privileged() {
        return new UnixSystem().getUid() == 0;
    }

    static Ownership of(Path path) throws IOException {
        return new Ownership((int) Files.getAttribute(path, "unix:uid"), (int) Files.getAttribute(path, "unix:gid"));
    }

    /** Of this very entry, also if it is a link. */
    static Ownership ofEntry(Path path) throws IOException {
        Map<String, Object> seen = Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
        return new Ownership((int) seen.get("uid"), (int) seen.get("gid"));
    }

    /**
     * Gives an entry to this owner. A link itself, never what it points to: in a directory that somebody else may write, it may
     * have been put there a moment ago.
     */
    void giveTo(Path path) throws IOException {
        Ownership now = ofEntry(path);
        if (user != now.user) {
            Files.setAttribute(path, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
        }
        if (group != now.group) {
            Files.setAttribute(path, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Whether the process may give a file that belongs to this owner to that group. */
    boolean mayGiveTo(int other) {
        UnixSystem process = new UnixSystem();
        long[] groups = process.getGroups();
        return other == group
                || process.getUid() == 0
                || process.getGid() == other
                || (groups != null && Arrays.stream(groups).anyMatch(one -> one == other));
    }

    /**
     * Who is to own a new file in this directory. Whoever owns the directory, if the process may give files away: the
     * consumer could not read root's 0600. Otherwise the process itself, with the group as the system would choose it.
     *
     * @param directory need not exist: then the nearest one above it counts
     */
    static Ownership forNew(Path directory) {
        UnixSystem process = new UnixSystem();
        Ownership self = new Ownership((int) process.getUid(), (int) process.getGid());
        Path existing = directory.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            if (existing == null) {
                return self;
            }
            Ownership above = of(existing);
            if (process.getUid() == 0) {
                return above;
            }
            boolean inherited = ((int) Files.getAttribute(existing, "unix:mode") & SET_GROUP_ID) != 0;
            return inherited ? new Ownership(self.user, above.group) : self;
        } catch (IOException e) {
            throw FileTrouble.of("look at", existing, e);
        }
    }
}
