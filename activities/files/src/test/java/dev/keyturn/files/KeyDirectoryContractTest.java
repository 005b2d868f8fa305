package dev.keyturn.files;

import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.testkit.PublisherContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** A key directory keeps what every publication keeps. */
class KeyDirectoryContractTest extends PublisherContract {
    private static final Field PLAIN = new Field("redis_password");
    private static final Field ENDED = new Field("session_key");

    @TempDir
    Path directory;

    @Override
    protected Publisher open(Map<Field, SecretValue> initial) {
        try {
            Files.createDirectory(keys());
            Files.writeString(
                    keys().resolve("redis_password.txt"), initial.get(PLAIN).reveal());
            Files.writeString(
                    keys().resolve("session_key.txt"), initial.get(ENDED).reveal() + "\n");
            Files.writeString(keys().resolve("README"), "written by hand\n");
            Publishers.chmod(keys().resolve("redis_password.txt"), "rw-r-----");
            Publishers.chmod(keys(), "rwxr-x---");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Publishers.keyDirectory(keys(), "suffix", ".txt");
    }

    @Override
    protected Publisher openNowhere() {
        return Publishers.keyDirectory(directory.resolve("nowhere"), "suffix", ".txt");
    }

    @Override
    protected List<Field> fields() {
        return List.of(PLAIN, ENDED);
    }

    @Override
    protected void put(Snapshot snapshot) {
        Places.put(keys(), snapshot, keys()::resolve);
    }

    @Override
    protected String found() {
        return Places.found(keys());
    }

    private Path keys() {
        return directory.resolve("keys");
    }
}
