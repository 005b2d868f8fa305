package dev.keyturn.workflows;

import static dev.keyturn.workflows.ScriptedSteps.CHECK;
import static dev.keyturn.workflows.ScriptedSteps.PUBLISH;
import static dev.keyturn.workflows.ScriptedSteps.SWITCH;
import static dev.keyturn.workflows.ScriptedSteps.fail;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.keyturn.workflows.codec.Converters;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Outcome;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.query.v1.WorkflowQuery;
import io.temporal.api.sdk.v1.UserMetadata;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.api.workflowservice.v1.QueryWorkflowRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.common.converter.DefaultDataConverter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What lies in Temporal's database of a run: summaries to be read by anybody, and nothing else that can be read. */
class HistorySecrecyTest {
    private static final String MESSAGE = "canary-of-a-failure-message";
    private static final String AGAIN = "canary-of-a-failure-that-was-tried-again";

    private final List<String> said = new ArrayList<>();
    private final List<Payload> others = new ArrayList<>();

    @Test
    void failuresLieEncryptedInTheHistoryAndComeBackReadable() throws Exception {
        ScriptedSteps steps = new ScriptedSteps()
                .on(PUBLISH.id(), fail(FailureType.UNAVAILABLE, AGAIN))
                .on(CHECK.id(), fail(FailureType.UNHEALTHY, MESSAGE));
        try (Stage stage = new Stage(steps, Converters.encrypting(new byte[32]))) {
            Outcome outcome = stage.play();

            assertThat(outcome.summary()).isEqualTo(MESSAGE);
            String history = JsonFormat.printer().print(stage.history().getHistory());
            assertThat(history)
                    .contains("encodedAttributes")
                    .doesNotContain("ScriptedSteps")
                    .doesNotContain(MESSAGE, AGAIN);
            assertOnlySummariesAreReadable(stage);
            assertThat(said).noneMatch(text -> text.contains(MESSAGE) || text.contains(AGAIN));
        }
    }

    @Test
    void theSummariesOfARunAndOfItsStepsAreReadableAndNothingElseIs() throws Exception {
        try (Stage stage = new Stage(new ScriptedSteps(), Converters.encrypting(new byte[32]))) {
            stage.play();

            assertOnlySummariesAreReadable(stage);
            assertThat(said)
                    .contains(Stage.SUMMARY, "plan", PUBLISH.summary(), SWITCH.summary(), CHECK.summary(), "record");
            assertThat(others).hasSizeGreaterThan(20);
        }
    }

    /** The web UI asks for it while a run goes on. */
    @Test
    void whereARunIsCanBeReadWithoutTheKey() throws Exception {
        try (Stage stage = new Stage(new ScriptedSteps(), Converters.encrypting(new byte[32]))) {
            stage.play();

            assertThat(metadata(stage).getCurrentDetails()).isEqualTo("write the record and give back the lock");
        }
    }

    private void assertOnlySummariesAreReadable(Stage stage) {
        stage.history().getEvents().forEach(this::sort);
        assertThat(others).allMatch(payload -> encoding(payload).equals("binary/encrypted"));
    }

    private void sort(Message message) {
        if (message instanceof UserMetadata metadata) {
            for (Payload payload : List.of(metadata.getSummary(), metadata.getDetails())) {
                if (!payload.equals(Payload.getDefaultInstance())) {
                    said.add(DefaultDataConverter.STANDARD_INSTANCE.fromPayload(payload, String.class, String.class));
                }
            }
        } else if (message instanceof Payload payload) {
            others.add(payload);
        } else {
            for (Map.Entry<FieldDescriptor, Object> field :
                    message.getAllFields().entrySet()) {
                if (field.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    List<?> values =
                            field.getKey().isRepeated() ? (List<?>) field.getValue() : List.of(field.getValue());
                    values.forEach(value -> sort((Message) value));
                }
            }
        }
    }

    private static WorkflowMetadata metadata(Stage stage) {
        var stubs = stage.client().getWorkflowServiceStubs();
        var answer = stubs.blockingStub()
                .queryWorkflow(QueryWorkflowRequest.newBuilder()
                        .setNamespace(stage.client().getOptions().getNamespace())
                        .setExecution(stage.stub().getExecution())
                        .setQuery(WorkflowQuery.newBuilder().setQueryType(WorkflowClient.QUERY_TYPE_WORKFLOW_METADATA))
                        .build());
        return DefaultDataConverter.STANDARD_INSTANCE.fromPayloads(
                0, Optional.of(answer.getQueryResult()), WorkflowMetadata.class, WorkflowMetadata.class);
    }

    private static String encoding(Payload payload) {
        return payload.getMetadataOrThrow("encoding").toStringUtf8();
    }
}
