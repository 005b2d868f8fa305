package dev.keyturn.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.worker.LocalEnvironments;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan before there is a store. */
class FirstPlanTest {
    private static final String MANIFEST = """
            environment: prod
            secrets:
              example: {generate: alphanumeric(32)}
            publish:
              - key-directory: {path: keys}
            """;

    @TempDir
    Path folder;

    @Test
    void itLeavesNothingBehindAndIsThePlanOfTheRunThatFollows() throws Exception {
        Files.createDirectory(folder.resolve("keys"));
        Path manifest = Files.writeString(folder.resolve("keyturn.yaml"), MANIFEST);
        List<Path> before = all();
        try (Environment environment = new LocalEnvironments().open(manifest)) {
            Request wish = Request.of("prod", Purpose.SETUP, "a test");
            Plan plan = environment.plan(wish);
            assertThat(plan.changes()).hasSize(1);
            assertThat(all()).isEqualTo(before);

            Outcome outcome = environment.run(wish.withDigest(plan.digest()), progress -> {});
            assertThat(outcome.kind()).as(outcome.summary()).isEqualTo(Outcome.Kind.DONE);
        }
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.sorted().toList();
        }
    }
}
