package dev.keyturn.worker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
    /** An engine without a worker gives no workflow task out, like one that stands still. */
    @Test
    @Timeout(120)
    void anEngineInThisProcessThatStandsStillIsNotWaitedForForEver(@TempDir Path folder) {
        // A look that gives up sooner than by default, which is after a minute.
        WorkflowServiceStubsOptions hasty = WorkflowServiceStubsOptions.newBuilder()
                .setRpcQueryTimeout(Duration.ofSeconds(2))
                .setRpcRetryOptions(RpcRetryOptions.newBuilder()
                        .setExpiration(Duration.ofSeconds(2))
                        .validateBuildWithDefaults())
                .build();
        try (TestWorkflowEnvironment still = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowServiceStubsOptions(hasty)
                .build())) {
            Runs runs = Runs.inProcess(still.getWorkflowClient(), new AbortWish(folder), 1);

            assertThatThrownBy(() -> runs.run(Request.of("prod", Purpose.ROTATE, "a test"), progress -> {}))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContainingAll("stands still", "Next: keyturn repair");
        }
    }
}
