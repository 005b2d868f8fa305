package dev.keyturn.command;

import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.testkit.RedeployerContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service that a command redeploys keeps what every service keeps. The service is a file that says what it runs with. */
@Timeout(60)
class CommandContractTest extends RedeployerContract {
    @TempDir
    Path directory;

    @Override
    protected Redeployer open() {
        return open("echo started >> starts; echo \"$KEYTURN_GENERATION\" > generation");
    }

    @Override
    protected int starts() {
        Path starts = directory.resolve("starts");
        try {
            return Files.exists(starts) ? Files.readAllLines(starts).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Redeployer openBroken(SecretValue printed) {
        // From a file, as a real service has it: the command itself is quoted in messages.
        write(
                "log",
                "could not connect to postgres://app:" + printed.reveal() + "@db/app password=" + printed.reveal());
        return open("cat log >&2; exit 1");
    }

    @Override
    protected Redeployer openSlow() {
        return open("sleep 30");
    }

    @Override
    protected Redeployer openUnknown() {
        return Redeployers.open(directory, Duration.ofSeconds(20), List.of("./no-such-program"), List.of());
    }

    private Redeployer open(String roll) {
        write("generation", "generation-0\n");
        return Redeployers.open(
                directory,
                Duration.ofSeconds(20),
                List.of("sh", "-c", roll),
                List.of("sh", "-c", "echo app $(cat generation)"));
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
