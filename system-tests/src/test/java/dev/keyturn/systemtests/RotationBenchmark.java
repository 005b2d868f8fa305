package dev.keyturn.systemtests;

import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.contract.StepReport;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * How long a whole rotation of the eleven secrets takes in process, beside a reference that does the bare effects in the same
 * minute: five roles altered in one transaction each with a login after it, and twelve files replaced durably. Run by hand:
 * {@code system-tests/benchmark}.
 */
public final class RotationBenchmark {
    private static final int RUNS = 5;

    private RotationBenchmark() {}

    /** @param arguments a folder that may be filled */
    public static void main(String[] arguments) throws IOException, SQLException {
        PrintStream out = System.out;
        Path folder = Path.of(arguments[0]);
        String services =
                "  app: {command: [\"true\"], uses: [database_url, redis_url, session_signing_secret], start-time: 1s}\n";
        try (ElevenSecrets system = ElevenSecrets.start(folder, Map.of(), services);
                Environment environment = Environments.installed().open(system.manifest())) {
            require(environment.run(Request.of("prod", Purpose.IMPORT, "benchmark"), progress -> {}));
            List<Long> rotations = new ArrayList<>();
            List<Long> references = new ArrayList<>();
            Outcome last = null;
            for (int run = 0; run < RUNS; run++) {
                references.add(reference(system, folder));
                long began = System.nanoTime();
                last = environment.run(Request.of("prod", Purpose.ROTATE, "benchmark"), progress -> {});
                rotations.add(millisSince(began));
                require(last);
            }
            out.printf("first rotation in the process: %d ms%n", rotations.get(0));
            out.printf(
                    "rotation, median of %d: %d ms; reference: %d ms; ratio %.0f%n",
                    RUNS,
                    median(rotations),
                    median(references),
                    (double) median(rotations) / Math.max(1, median(references)));
            for (StepReport step : last.steps()) {
                out.printf("  %-55s %5d ms%n", step.step(), step.millis());
            }
        }
    }

    private static long reference(ElevenSecrets system, Path folder) throws IOException, SQLException {
        long began = System.nanoTime();
        for (String role : ElevenSecrets.ROLES.values()) {
            try (Connection connection = system.postgres()
                            .connect("postgres", Files.readString(system.keyFile("postgres_password")));
                    Statement statement = connection.createStatement()) {
                statement.execute("ALTER ROLE " + role + " CONNECTION LIMIT -1");
            }
        }
        for (int file = 0; file < 12; file++) {
            Path fresh = folder.resolve("reference.tmp");
            Files.writeString(fresh, "reference");
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, folder.resolve("reference"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }
        return millisSince(began);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static long median(List<Long> values) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static void require(Outcome outcome) {
        if (outcome.kind() != Outcome.Kind.DONE) {
            throw new IllegalStateException("not done: " + outcome.summary() + " " + outcome.remarks());
        }
    }
}
