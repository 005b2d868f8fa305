package dev.keyturn.rig.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.rig.OnTemporal;
import dev.keyturn.rig.TemporalShare;
import dev.keyturn.workflows.codec.Converters;
import dev.keyturn.workflows.codec.EncryptingCodec;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What of a run can be read by whoever reads its history. */
@OnTemporal
@Timeout(300)
class SecrecyFactsTest {
    private static final String ID = "rotation/prod";
    private static final byte[] KEY = new byte[32];

    @Test
    void withACodecArgumentsResultsAndFailuresAreUnreadable(TemporalShare temporal) {
        Running running = failed(temporal, Converters.encrypting(KEY));
        assertThat(running.history(ID)).doesNotContain("given", "canary", "/before");
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> running.stub(ID).getResult(String.class))
                .satisfies(e -> assertThat(((ApplicationFailure) e.getCause()).getOriginalMessage())
                        .as("the client that has the key reads it")
                        .isEqualTo("canary"));
    }

    @Test
    void failureTypeWorkflowIdAndActivityTypeStayReadable(TemporalShare temporal) {
        assertThat(failed(temporal, Converters.encrypting(KEY)).history(ID)).contains("DRIFT", "Effect", "rotations");
    }

    @Test
    void withoutTheThirdArgumentFailureMessagesStayReadable(TemporalShare temporal) {
        DataConverter forgetful =
                new CodecDataConverter(DefaultDataConverter.newDefaultInstance(), List.of(new EncryptingCodec(KEY)));
        assertThat(failed(temporal, forgetful).history(ID)).contains("canary").doesNotContain("given");
    }

    @Test
    void aScheduleClientHasAConverterOfItsOwnAndStoresPlainTextUnlessGivenOne(TemporalShare temporal) {
        assertThat(scheduled(temporal, "plain", ScheduleClientOptions.newBuilder()))
                .contains("canary");
        assertThat(scheduled(
                        temporal,
                        "encrypted",
                        ScheduleClientOptions.newBuilder().setDataConverter(Converters.encrypting(KEY))))
                .doesNotContain("canary");
    }

    private static Running failed(TemporalShare temporal, DataConverter converter) {
        Running running =
                new Running(temporal, WorkflowClientOptions.newBuilder().setDataConverter(converter));
        running.waiting(ID).fail("canary");
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> running.stub(ID).getResult(String.class));
        return running;
    }

    private static String scheduled(TemporalShare temporal, String id, ScheduleClientOptions.Builder options) {
        ScheduleClient client = ScheduleClient.newInstance(
                temporal.stubs(), options.setNamespace(temporal.namespace()).build());
        client.createSchedule(
                id,
                Schedule.newBuilder()
                        .setAction(ScheduleActionStartWorkflow.newBuilder()
                                .setWorkflowType(Rotating.class)
                                .setArguments("canary")
                                .setOptions(WorkflowOptions.newBuilder()
                                        .setTaskQueue(Running.QUEUE)
                                        .setWorkflowId(id)
                                        .build())
                                .build())
                        .setSpec(ScheduleSpec.newBuilder().build())
                        .build(),
                ScheduleOptions.newBuilder().build());
        return temporal.stubs()
                .blockingStub()
                .describeSchedule(io.temporal.api.workflowservice.v1.DescribeScheduleRequest.newBuilder()
                        .setNamespace(temporal.namespace())
                        .setScheduleId(id)
                        .build())
                .toString();
    }
}
