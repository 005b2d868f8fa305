package dev.keyturn.rig.temporal;

import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.TemporalShare;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A worker of {@link Rotating} in a share, and what its steps did. */
final class Running {
    static final String QUEUE = "rotations";

    /** How long a busy machine may take for what takes a second on another. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    /** The keys of all effects so far, in their order; an undo begins with {@code undo}. */
    final Queue<String> effects = new ConcurrentLinkedQueue<>();

    final WorkflowClient client;

    Running(TemporalShare temporal) {
        this(temporal, WorkflowClientOptions.newBuilder());
    }

    Running(TemporalShare temporal, WorkflowClientOptions.Builder options) {
        client = temporal.client(options);
        work(temporal.workers(client));
    }

    /** With a factory that the caller ends. */
    Running(WorkflowClient client, WorkerFactory factory) {
        this.client = client;
        work(factory);
    }

    private void work(WorkerFactory factory) {
        Worker worker = factory.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(Rotating.Durable.class);
        worker.registerActivitiesImplementations(new Rotating.Step() {
            @Override
            public String effect(String key) {
                effects.add(key);
                return key;
            }

            @Override
            public String undo(String key) {
                effects.add("undo " + key);
                return key;
            }
        });
        factory.start();
    }

    /** A rotation that waits for its approval, its first step done. */
    Rotating waiting(String id) {
        Rotating rotation = client.newWorkflowStub(
                Rotating.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(QUEUE)
                        .setWorkflowId(id)
                        .build());
        WorkflowClient.start(rotation::run, "given");
        await().atMost(LONGEST)
                .until(() -> events(id).stream()
                        .anyMatch(e -> e.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED));
        settled(id);
        return rotation;
    }

    /** Returns when no workflow task is open: the workflow has seen all that happened. */
    void settled(String id) {
        await().atMost(LONGEST).until(() -> last(id).getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    }

    HistoryEvent last(String id) {
        List<HistoryEvent> events = events(id);
        return events.get(events.size() - 1);
    }

    WorkflowStub stub(String id) {
        return client.newUntypedWorkflowStub(id);
    }

    List<HistoryEvent> events(String id) {
        return client.fetchHistory(id).getHistory().getEventsList();
    }

    String history(String id) {
        return client.fetchHistory(id).getHistory().toString();
    }
}
