package dev.keyturn.files;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
