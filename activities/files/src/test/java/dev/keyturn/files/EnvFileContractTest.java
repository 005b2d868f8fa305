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

/** An env file keeps what every publication keeps. */
class EnvFileContractTest extends PublisherContract {
    private static final Field URL = new Field("DATABASE_URL");
    private static final Field KEY = new Field("SESSION_KEY");

    @TempDir
    Path directory;

    @Override
    protected Publisher open(Map<Field, SecretValue> initial) {
        try {
            Files.writeString(file(), """
                    # written by hand
                    export LOG_LEVEL='info'
                    DATABASE_URL=%s   # the primary

                    SESSION_KEY=%s
                    OTHER=$LOG_LEVEL
                    """.formatted(
                            initial.get(URL).reveal(), initial.get(KEY).reveal()));
            Publishers.chmod(file(), "rw-r-----");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Publishers.envFile(file());
    }

    @Override
    protected Publisher openNowhere() {
        return Publishers.envFile(directory.resolve("nowhere.env"));
    }

    @Override
    protected List<Field> fields() {
        return List.of(URL, KEY);
    }

    @Override
    protected void put(Snapshot snapshot) {
        Places.put(directory, snapshot, part -> file());
    }

    @Override
    protected String found() {
        return Places.found(directory);
    }

    private Path file() {
        return directory.resolve("app.env");
    }
}
