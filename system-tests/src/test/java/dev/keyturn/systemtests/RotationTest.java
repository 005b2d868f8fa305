package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on the system of eleven secrets. */
class RotationTest {
    @Test
    void elevenSecretsAreImportedAndRotated(@TempDir Path folder) {
        try (ElevenSecrets system = ElevenSecrets.start(folder, Map.of(), "");
                Environment environment = Environments.installed().open(system.manifest())) {
            Outcome imported = environment.run(Request.of("prod", Purpose.IMPORT, "a test"), progress -> {});
            assertThat(imported.kind()).describedAs(imported.toString()).isEqualTo(Outcome.Kind.DONE);
            assertThat(environment.check()).allMatch(remark -> remark.severity() == Remark.Severity.NOTES);

            Outcome rotated = environment.run(Request.of("prod", Purpose.ROTATE, "a test"), progress -> {});

            assertThat(rotated.kind()).describedAs(rotated.toString()).isEqualTo(Outcome.Kind.DONE);
            assertThat(environment.check()).allMatch(remark -> remark.severity() == Remark.Severity.NOTES);
        }
    }

    @Test
    void theReportHoldsTheGapThatThePlanForetoldBesideTheOneMeasured(@TempDir Path folder) {
        String app = "  app: {command: [\"true\"], uses: [database_url], start-time: 20s}\n";
        try (ElevenSecrets system = ElevenSecrets.start(folder, Map.of(), app);
                Environment environment = Environments.installed().open(system.manifest())) {
            environment.run(Request.of("prod", Purpose.IMPORT, "a test"), progress -> {});
            Request rotation = Request.of("prod", Purpose.ROTATE, "a test");
            Gap foretold = environment.plan(rotation).gaps().get(0);

            Gap told = environment.run(rotation, progress -> {}).gaps().get(0);

            assertThat(told.account()).isEqualTo(foretold.account());
            assertThat(told.predictedMillis()).isEqualTo(foretold.predictedMillis());
            assertThat(told.measuredMillis()).isBetween(0L, told.predictedMillis());
        }
    }
}
