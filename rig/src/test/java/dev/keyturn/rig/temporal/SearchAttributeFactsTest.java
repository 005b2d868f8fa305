package dev.keyturn.rig.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.OnTemporal;
import dev.keyturn.rig.TemporalShare;
import dev.keyturn.workflows.codec.Converters;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnTemporal
@Timeout(300)
class SearchAttributeFactsTest {
    private static final SearchAttributeKey<String> ENVIRONMENT = SearchAttributeKey.forKeyword("KeyturnEnvironment");

    @Test
    void aRunIsFoundByAnAttributeThatTheNamespaceKnowsAndItStaysReadable(TemporalShare temporal) {
        register(temporal);
        Running running = new Running(
                temporal, WorkflowClientOptions.newBuilder().setDataConverter(Converters.encrypting(new byte[32])));
        start(running, "prod");
        start(running, "stage");
        await().atMost(Running.LONGEST)
                .untilAsserted(() -> assertThat(running.client.listExecutions("KeyturnEnvironment = 'prod'"))
                        .singleElement()
                        .satisfies(found ->
                                assertThat(found.getExecution().getWorkflowId()).isEqualTo("rotation/prod")));
        assertThat(running.client.countWorkflows("KeyturnEnvironment = 'prod'").getCount())
                .isEqualTo(1);
        assertThat(running.history("rotation/prod")).contains("\\\"prod\\\"").doesNotContain("given");
    }

    @Test
    void aRunWithAnAttributeThatTheNamespaceDoesNotKnowIsNotStarted(TemporalShare temporal) {
        Running running = new Running(temporal);
        assertThatExceptionOfType(WorkflowServiceException.class)
                .isThrownBy(() -> start(running, "prod"))
                .satisfies(e -> assertThat(e.getCause()).hasMessageContaining("KeyturnEnvironment"));
    }

    private static void start(Running running, String environment) {
        Rotating rotation = running.client.newWorkflowStub(
                Rotating.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(Running.QUEUE)
                        .setWorkflowId("rotation/" + environment)
                        .setTypedSearchAttributes(SearchAttributes.newBuilder()
                                .set(ENVIRONMENT, environment)
                                .build())
                        .build());
        WorkflowClient.start(rotation::run, "given");
    }

    private static void register(TemporalShare temporal) {
        temporal.operator()
                .blockingStub()
                .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                        .setNamespace(temporal.namespace())
                        .putSearchAttributes(ENVIRONMENT.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                        .build());
    }
}
