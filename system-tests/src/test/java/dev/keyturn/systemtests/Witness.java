package dev.keyturn.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.sandbox.LoginFailed;
import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Generation;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Running;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A consumer reduced to what a rotation must see of one: it reads an env file when it is started, holds that until it is
 * started again, and logs in with what it holds. What it holds lies in a folder, so that tests can look.
 */
final class Witness {
    private static final String FROM = "reads";
    private static final String HOLDS = "holds";

    private Witness() {}

    /** What the witness was started with. */
    static List<String> held(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("env"), UTF_8);
    }

    /** How often it was started. */
    static int starts(Path folder) throws IOException {
        Path starts = folder.resolve("starts");
        return Files.exists(starts) ? (int) Files.size(starts) : 0;
    }

    /** The generation that it was last started with; empty if it was never started by a run. */
    static Optional<String> generation(Path folder) throws IOException {
        Path generation = folder.resolve("generation");
        return Files.exists(generation) ? Optional.of(Files.readString(generation, UTF_8)) : Optional.empty();
    }

    /** Logs in at every URL that it holds; what went wrong, or nothing. */
    static List<String> failedLogins(Path folder) throws IOException {
        List<String> failed = new ArrayList<>();
        for (String line : held(folder)) {
            int equals = line.indexOf('=');
            if (line.contains("://")) {
                LoginTarget.Access access = LoginTarget.parse(line.substring(equals + 1));
                try {
                    access.target().login(access.user(), access.password());
                } catch (LoginFailed e) {
                    failed.add(line.substring(0, equals) + ": " + e.getMessage());
                }
            }
        }
        return failed;
    }

    /** The redeployer {@code witness}. */
    record Technologies() implements Technology.ForRedeployer {
        @Override
        public String name() {
            return "witness";
        }

        @Override
        public List<Setting> settings() {
            return List.of(
                    Setting.required(FROM, Setting.Type.PATH, "The env file."),
                    Setting.required(HOLDS, Setting.Type.PATH, "The folder for what it holds."));
        }

        @Override
        public Redeployer open(Settings settings) {
            return new Starting(settings.path(FROM), settings.path(HOLDS));
        }
    }

    /**
     * Starts it; it does not come up while the folder has a file {@code broken}, ends at once while it has {@code ended}, and reads
     * nothing anew while it has {@code stale}.
     */
    record Starting(Path from, Path folder) implements Redeployer {
        @Override
        public void roll(Fence fence, Generation generation, Progress progress) {
            fence.check();
            progress.alive("starting the witness");
            try {
                if (Files.exists(folder.resolve("broken"))) {
                    throw new AdapterException(
                            AdapterException.Reason.UNAVAILABLE, "The witness does not come up. It printed nothing.");
                }
                Files.createDirectories(folder);
                if (!Files.exists(folder.resolve("stale"))) {
                    Path fresh = Files.write(folder.resolve("env.new"), Files.readAllBytes(from));
                    Files.move(fresh, folder.resolve("env"), StandardCopyOption.ATOMIC_MOVE);
                }
                Files.writeString(folder.resolve("generation"), generation.id(), UTF_8);
                Path starts = folder.resolve("starts");
                Files.writeString(starts, (Files.exists(starts) ? Files.readString(starts) : "") + "+", UTF_8);
            } catch (IOException e) {
                throw new AdapterException(AdapterException.Reason.CONFIGURATION, "The witness has no folder.");
            }
        }

        @Override
        public List<Running> running(Generation wanted) {
            if (Files.exists(folder.resolve("ended"))) {
                return List.of();
            }
            try {
                boolean same = generation(folder).equals(Optional.of(wanted.id()));
                return List.of(new Running("witness", same, Running.Proof.LABEL));
            } catch (IOException e) {
                throw new AdapterException(AdapterException.Reason.UNAVAILABLE, "The witness has no generation.");
            }
        }

        @Override
        public List<Finding> preflight() {
            return List.of();
        }
    }

    /** The check {@code witnessed}: every login of what it holds succeeds. */
    record Checking() implements Technology.ForCheck {
        @Override
        public String name() {
            return "witnessed";
        }

        @Override
        public List<Setting> settings() {
            return List.of(Setting.required(HOLDS, Setting.Type.PATH, "The folder for what it holds."));
        }

        @Override
        public Check open(Settings settings) {
            return new Questions(settings.path(HOLDS));
        }
    }

    private record Questions(Path folder) implements Check {
        @Override
        public Verdict run(Progress progress) {
            try {
                List<String> failed = failedLogins(folder);
                return new Verdict(failed.isEmpty(), failed.isEmpty() ? "all logins work" : failed.get(0));
            } catch (IOException e) {
                throw new AdapterException(AdapterException.Reason.CONFIGURATION, "The witness holds nothing.");
            }
        }

        @Override
        public List<Finding> preflight() {
            return List.of();
        }
    }
}
