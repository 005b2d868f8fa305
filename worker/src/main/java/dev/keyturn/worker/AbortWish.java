package dev.keyturn.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A wish to abort one run that goes on in another process of this machine, where no server carries it: a file in the store's
 * folder, which only the store's owner may write. It bears the run's identity, so no other run takes it for its own.
 */
final class AbortWish {
    private final Path directory;

    AbortWish(Path storeDirectory) {
        this.directory = storeDirectory;
    }

    void make(String run, String reason) throws IOException {
        Path fresh = Files.createTempFile(
                directory,
                ".abort",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, reason.isEmpty() ? "no reason given" : reason, UTF_8);
        Files.move(fresh, file(run), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The reason, if the run is wished to abort. */
    Optional<String> of(String run) {
        try {
            return Files.exists(file(run)) ? Optional.of(Files.readString(file(run), UTF_8)) : Optional.empty();
        } catch (IOException e) {
            // Written or taken away at this very moment: the next look sees it, or not.
            return Optional.empty();
        }
    }

    /** Takes the wish away; {@code false} if there was none any more. */
    boolean end(String run) {
        try {
            return Files.deleteIfExists(file(run));
        } catch (IOException e) {
            return false;
        }
    }

    private Path file(String run) {
        return directory.resolve("abort-" + run);
    }
}
