package dev.keyturn.rig;

import com.google.protobuf.util.Durations;
import io.temporal.api.operatorservice.v1.DeleteNamespaceRequest;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Temporal namespace of one's own on the rig's server, deleted at the end with all that runs in it. */
public final class TemporalShare implements AutoCloseable {
    private static final long DAY = 86_400;

    /** Unless told otherwise a call has ten seconds, and the first one five: too little for a busy machine. */
    private static final Duration BOUND = Duration.ofMinutes(1);

    private final String address;
    private final String namespace;
    private final WorkflowServiceStubs stubs;
    private final OperatorServiceStubs operator;
    private final List<WorkerFactory> factories = new ArrayList<>();

    private TemporalShare(String address, String namespace) {
        this.address = address;
        this.namespace = namespace;
        this.stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(address)
                .setRpcTimeout(BOUND)
                .setSystemInfoTimeout(BOUND)
                .build());
        this.operator = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setTarget(address)
                .setRpcTimeout(BOUND)
                .setSystemInfoTimeout(BOUND)
                .validateAndBuildWithDefaults());
    }

    static TemporalShare open(String name) {
        TemporalShare share = new TemporalShare(Variables.get("KEYTURN_RIG_TEMPORAL_ADDRESS"), name);
        share.stubs
                .blockingStub()
                .registerNamespace(RegisterNamespaceRequest.newBuilder()
                        .setNamespace(name)
                        .setWorkflowExecutionRetentionPeriod(Durations.fromSeconds(DAY))
                        .build());
        return share;
    }

    /** {@code host:port} of the server. */
    public String address() {
        return address;
    }

    public String namespace() {
        return namespace;
    }

    /** The connection that all clients of this share use. */
    public WorkflowServiceStubs stubs() {
        return stubs;
    }

    /** What administers namespaces: search attributes, for instance. */
    public OperatorServiceStubs operator() {
        return operator;
    }

    /** A client of this namespace with options of its own. */
    public WorkflowClient client(WorkflowClientOptions.Builder options) {
        return WorkflowClient.newInstance(stubs, options.setNamespace(namespace).build());
    }

    /** A factory of workers, which is shut down at the end. */
    public WorkerFactory workers(WorkflowClient client) {
        WorkerFactory factory = WorkerFactory.newInstance(client);
        factories.add(factory);
        return factory;
    }

    @Override
    public void close() {
        factories.forEach(WorkerFactory::shutdownNow);
        factories.forEach(factory -> factory.awaitTermination(10, TimeUnit.SECONDS));
        try {
            operator.blockingStub()
                    .deleteNamespace(DeleteNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
        } finally {
            operator.shutdownNow();
            stubs.shutdownNow();
        }
    }
}
