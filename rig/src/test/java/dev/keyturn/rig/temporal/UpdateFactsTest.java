package dev.keyturn.rig.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.rig.OnTemporal;
import dev.keyturn.rig.TemporalShare;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.failure.ApplicationFailure;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnTemporal
@Timeout(300)
class UpdateFactsTest {
    @Test
    void aRefusedUpdateTellsTheCallerWhyAndLeavesNothingInTheHistory(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating rotation = running.waiting("rotation/prod");
        int events = running.events("rotation/prod").size();
        assertThat(failureOf(() -> rotation.approve("bad")).getOriginalMessage())
                .isEqualTo("another digest");
        assertThat(running.events("rotation/prod")).hasSize(events);
        assertThat(rotation.approved()).isEmpty();
    }

    /** So a client tells refusals apart by their message, or the validator does not refuse and the handler throws. */
    @Test
    void theTypeOfAFailureIsLostOnItsWayFromAValidatorAndKeptFromAHandler(TemporalShare temporal) {
        Rotating rotation = new Running(temporal).waiting("rotation/prod");
        assertThat(failureOf(() -> rotation.approve("bad")).getType())
                .isEqualTo("io.temporal.internal.worker.WorkflowExecutionException");
        assertThat(failureOf(() -> rotation.approve("torn")).getType()).isEqualTo("TORN");
    }

    @Test
    void anAcceptedUpdateAnswersAndIsInTheHistory(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating rotation = running.waiting("rotation/prod");
        assertThat(rotation.approve("good")).isEqualTo("approved good");
        assertThat(running.stub("rotation/prod").getResult(String.class)).isEqualTo("good given");
        assertThat(running.history("rotation/prod")).contains("EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED");
    }

    @Test
    void anUpdateSentTwiceUnderOneIdIsCarriedOutOnce(TemporalShare temporal) {
        Running running = new Running(temporal);
        running.waiting("rotation/prod");
        WorkflowStub stub = running.stub("rotation/prod");
        UpdateOptions<String> options = UpdateOptions.newBuilder(String.class)
                .setUpdateName("approve")
                .setUpdateId("approval-1")
                .setWaitForStage(WorkflowUpdateStage.COMPLETED)
                .build();
        assertThat(stub.startUpdate(options, "good").getResult()).isEqualTo("approved good");
        assertThat(stub.startUpdate(options, "good").getResult()).isEqualTo("approved good");
        stub.getResult(String.class);
        assertThat(running.events("rotation/prod"))
                .filteredOn(e -> e.hasWorkflowExecutionUpdateAcceptedEventAttributes())
                .hasSize(1);
    }

    @Test
    void anUpdateOfARunThatIsOverIsRefused(TemporalShare temporal) {
        Running running = new Running(temporal);
        Rotating rotation = running.waiting("rotation/prod");
        rotation.approve("good");
        running.stub("rotation/prod").getResult(String.class);
        assertThatExceptionOfType(WorkflowNotFoundException.class).isThrownBy(() -> rotation.approve("good"));
    }

    private static ApplicationFailure failureOf(ThrowingCallable update) {
        WorkflowUpdateException thrown = assertThatExceptionOfType(WorkflowUpdateException.class)
                .isThrownBy(update)
                .actual();
        return (ApplicationFailure) thrown.getCause();
    }
}
