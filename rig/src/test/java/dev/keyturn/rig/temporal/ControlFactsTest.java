package dev.keyturn.rig.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.OnTemporal;
import dev.keyturn.rig.PrivateServer;
import dev.keyturn.rig.TemporalShare;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnTemporal
@Timeout(300)
class ControlFactsTest {
    private static final String ID = "rotation/prod";

    @Test
    void aCancelledRunUndoesInADetachedScope(TemporalShare temporal) {
        Running running = new Running(temporal);
        running.waiting(ID);
        running.stub(ID).cancel();
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> running.stub(ID).getResult(String.class))
                .withCauseInstanceOf(CanceledFailure.class);
        assertThat(running.effects).containsExactly(ID + "/before", "undo " + ID);
    }

    @Test
    void aTerminatedRunEndsAtOnceAndUndoesNothing(TemporalShare temporal) {
        Running running = new Running(temporal);
        running.waiting(ID);
        running.stub(ID).terminate("by hand");
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> running.stub(ID).getResult(String.class))
                .withCauseInstanceOf(TerminatedFailure.class);
        assertThat(running.last(ID).getEventType()).isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED);
        // The next one under the same name starts with the world as the terminated one left it.
        running.waiting(ID);
        assertThat(running.effects).containsExactly(ID + "/before", ID + "/before");
    }

    @Test
    void aResetEndsTheRunThatGoesOnAndRepeatsTheStepsAfterThePointUnderAnotherRunId(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating rotation = running.waiting(ID);
        String first = runId(running);
        long beforeTheStep = running.events(ID).stream()
                .filter(e -> e.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                .mapToLong(HistoryEvent::getEventId)
                .findFirst()
                .orElseThrow();
        reset(temporal, first, beforeTheStep);
        await().atMost(Running.LONGEST).until(() -> running.effects.size() == 2);
        assertThat(running.effects)
                .as("the step ran again, and its key is the same since it is made of the workflow ID")
                .containsExactly(ID + "/before", ID + "/before");
        assertThat(runId(running)).isNotEqualTo(first);
        assertThat(temporal.client(WorkflowClientOptions.newBuilder())
                        .fetchHistory(ID, first)
                        .getHistory()
                        .toString())
                .contains("EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED");
        assertThat(rotation.approve("good")).isEqualTo("approved good");
    }

    @Test
    void aResetOfARunThatIsOverStartsItAgain(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating rotation = running.waiting(ID);
        long waiting = running.last(ID).getEventId();
        String first = runId(running);
        rotation.approve("good");
        running.stub(ID).getResult(String.class);
        reset(temporal, first, waiting);
        // The approval was an update after the point: the server applies it again.
        assertThat(running.stub(ID).getResult(String.class)).isEqualTo("good given");
        assertThat(runId(running)).isNotEqualTo(first);
        assertThat(running.effects).containsExactly(ID + "/before", ID + "/after", ID + "/after");
    }

    @Test
    void aSecondStartUnderTheSameIdIsRefusedWhileTheFirstGoesOn(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating first = running.waiting(ID);
        Rotating second = running.client.newWorkflowStub(
                Rotating.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(Running.QUEUE)
                        .setWorkflowId(ID)
                        .build());
        assertThatExceptionOfType(WorkflowExecutionAlreadyStarted.class)
                .isThrownBy(() -> WorkflowClient.start(second::run, "other"));
        first.approve("good");
        running.stub(ID).getResult(String.class);
        running.waiting(ID);
    }

    @Test
    void theSecondMayJoinTheFirstIfItSaysSo(TemporalShare temporal) {
        Running running = new Running(temporal);
        running.waiting(ID);
        Rotating second = running.client.newWorkflowStub(
                Rotating.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(Running.QUEUE)
                        .setWorkflowId(ID)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .build());
        WorkflowExecution joined = WorkflowClient.start(second::run, "other");
        assertThat(joined.getRunId()).isEqualTo(runId(running));
    }

    @Test
    void anIdIsFreeAgainAfterTheRunUnlessToldOtherwise(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating first = running.waiting(ID);
        first.approve("good");
        running.stub(ID).getResult(String.class);
        Rotating once = running.client.newWorkflowStub(
                Rotating.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(Running.QUEUE)
                        .setWorkflowId(ID)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                        .build());
        assertThatExceptionOfType(WorkflowExecutionAlreadyStarted.class)
                .isThrownBy(() -> WorkflowClient.start(once::run, "given"));
    }

    @Test
    void aRunOutlivesAServerThatIsKilledIfItHasADatabaseFile(@TempDir Path folder) {
        try (PrivateServer server = PrivateServer.temporal(folder)) {
            WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                    .setTarget("127.0.0.1:" + server.port())
                    .setSystemInfoTimeout(Running.LONGEST)
                    .build());
            stubs.connect(Running.LONGEST);
            WorkflowClient client = WorkflowClient.newInstance(stubs);
            WorkerFactory factory = WorkerFactory.newInstance(client);
            try {
                Running running = new Running(client, factory);
                Rotating rotation = running.waiting(ID);
                server.kill();
                server.start();
                await().atMost(Running.LONGEST).ignoreExceptions().until(() -> rotation.approve("good") != null);
                assertThat(running.stub(ID).getResult(String.class)).isEqualTo("good given");
                assertThat(running.effects).containsExactly(ID + "/before", ID + "/after");
            } finally {
                factory.shutdownNow();
                stubs.shutdownNow();
            }
        }
    }

    private static String runId(Running running) {
        WorkflowStub stub = running.stub(ID);
        return stub.describe().getExecution().getRunId();
    }

    private static void reset(TemporalShare temporal, String runId, long event) {
        temporal.stubs()
                .blockingStub()
                .resetWorkflowExecution(ResetWorkflowExecutionRequest.newBuilder()
                        .setNamespace(temporal.namespace())
                        .setWorkflowExecution(
                                WorkflowExecution.newBuilder().setWorkflowId(ID).setRunId(runId))
                        .setReason("by hand")
                        .setWorkflowTaskFinishEventId(event)
                        .setRequestId(UUID.randomUUID().toString())
                        .build());
    }
}
