package dev.keyturn.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A wish to abort a run that goes on in another process of this machine, where no server carries it: a file in the store's
 * folder, which only the store's owner may write.
 */
final class AbortWish {
    private final Path file;

    AbortWish(Path storeDirectory) {
        this.file = storeDirectory.resolve("abort");
    }

    void make(String reason) throws IOException {
        Path fresh = Files.createTempFile(
                file.getParent(),
                ".abort",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, reason.isEmpty() ? "no reason given" : reason, UTF_8);
        Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** The wish, which is taken away with it; empty if there is none. */
    String take() {
        try {
            if (!Files.exists(file)) {
                return "";
            }
            String reason = Files.readString(file, UTF_8);
            Files.delete(file);
            return reason;
        } catch (IOException e) {
            return "";
        }
    }

    /** A wish that was made too late for an earlier run is not meant for the next one. */
    void clear() {
        take();
    }
}
