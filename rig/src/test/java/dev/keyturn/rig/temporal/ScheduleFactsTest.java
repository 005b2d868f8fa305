package dev.keyturn.rig.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.OnTemporal;
import dev.keyturn.rig.PrivateServer;
import dev.keyturn.rig.TemporalShare;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionExecutionStartWorkflow;
import io.temporal.client.schedules.ScheduleActionResult;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleInfo;
import io.temporal.client.schedules.ScheduleIntervalSpec;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnTemporal
@Timeout(300)
class ScheduleFactsTest {
    private static final String ID = "rotation/prod";
    private static final ScheduleSpec NEVER = ScheduleSpec.newBuilder().build();

    @Test
    void aScheduledRunHasATimestampAfterItsWorkflowIdSoThatItExcludesNoManualOne(TemporalShare temporal) {
        Running running = new Running(temporal);
        running.waiting(ID);
        ScheduleHandle schedule =
                create(client(temporal), NEVER, SchedulePolicy.newBuilder().build());
        schedule.trigger();
        String started = startedIds(schedule).get(0);
        assertThat(started).startsWith(ID + "-2").isNotEqualTo(ID);
        assertThat(running.stub(started).describe().getStatus())
                .isEqualTo(running.stub(ID).describe().getStatus());
    }

    @Test
    void unlessToldOtherwiseOverlapIsSkipAndCatchUpIsOneYear(TemporalShare temporal) {
        SchedulePolicy policy = create(
                        client(temporal), NEVER, SchedulePolicy.newBuilder().build())
                .describe()
                .getSchedule()
                .getPolicy();
        assertThat(policy.getOverlap()).isEqualTo(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP);
        assertThat(policy.getCatchupWindow()).isEqualTo(Duration.ofDays(365));
    }

    @Test
    void aRunThatWouldOverlapIsSkippedAndCounted(TemporalShare temporal) {
        ScheduleHandle schedule =
                create(client(temporal), NEVER, SchedulePolicy.newBuilder().build());
        schedule.trigger();
        assertThat(startedIds(schedule)).hasSize(1);
        schedule.trigger();
        await().atMost(Running.LONGEST)
                .until(() -> schedule.describe().getInfo().getNumActionsSkippedOverlap() == 1);
        assertThat(startedIds(schedule)).hasSize(1);
    }

    @Test
    void aFailedRunPausesTheScheduleIfItIsToldTo(TemporalShare temporal) {
        Running running = new Running(temporal);
        ScheduleHandle schedule = create(
                client(temporal),
                NEVER,
                SchedulePolicy.newBuilder().setPauseOnFailure(true).build());
        schedule.trigger();
        running.client
                .newWorkflowStub(Rotating.class, startedIds(schedule).get(0))
                .fail("no");
        await().atMost(Running.LONGEST)
                .until(() -> schedule.describe().getSchedule().getState().isPaused());
        assertThat(schedule.describe().getSchedule().getState().getNote()).contains("failure");
    }

    @Test
    void aPausedScheduleStartsNothingAndCatchesNothingUpWhenItGoesOn(TemporalShare temporal) {
        ScheduleHandle schedule = create(
                client(temporal),
                every(1),
                SchedulePolicy.newBuilder()
                        .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL)
                        .build());
        await().atMost(Running.LONGEST)
                .until(() -> schedule.describe().getInfo().getNumActions() > 0);
        schedule.pause("by hand");
        await().atMost(Running.LONGEST)
                .until(() -> schedule.describe().getSchedule().getState().isPaused());
        Instant paused = Instant.now();
        await().atMost(Running.LONGEST).until(() -> Instant.now().isAfter(paused.plusSeconds(4)));
        Instant goesOn = Instant.now();
        schedule.unpause();
        await().atMost(Running.LONGEST)
                .until(() -> dueAfter(schedule, goesOn).findAny().isPresent());
        assertThat(dueAfter(schedule, paused)).allSatisfy(due -> assertThat(due).isAfter(goesOn.minusSeconds(1)));
    }

    @Test
    void whatADownServerMissedIsCaughtUpWithinTheWindowAndNotBeforeIt(@TempDir Path folder) {
        try (PrivateServer server = PrivateServer.temporal(folder)) {
            WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                    .setTarget("127.0.0.1:" + server.port())
                    .setSystemInfoTimeout(Running.LONGEST)
                    .build());
            try {
                stubs.connect(Running.LONGEST);
                ScheduleClient client = ScheduleClient.newInstance(stubs);
                ScheduleHandle hour = create(client, "hour", every(3), catchUp(Duration.ofHours(1)));
                ScheduleHandle tenSeconds = create(client, "ten", every(3), catchUp(Duration.ofSeconds(10)));
                await().atMost(Running.LONGEST).until(() -> actions(hour) > 0 && actions(tenSeconds) > 0);
                server.kill();
                Instant down = Instant.now();
                await().atMost(Running.LONGEST).until(() -> Instant.now().isAfter(down.plusSeconds(17)));
                server.start();
                String missed =
                        " AND TemporalScheduledStartTime BETWEEN '" + down + "' AND '" + down.plusSeconds(6) + "'";
                WorkflowClient runs = WorkflowClient.newInstance(stubs);
                await().atMost(Running.LONGEST)
                        .ignoreExceptions()
                        .until(() -> runs.countWorkflows("TemporalScheduledById = 'hour'" + missed)
                                                .getCount()
                                        > 0
                                && tenSeconds.describe().getInfo().getNumActionsMissedCatchupWindow() > 0);
                assertThat(runs.countWorkflows("TemporalScheduledById = 'ten'" + missed)
                                .getCount())
                        .isZero();
            } finally {
                stubs.shutdownNow();
            }
        }
    }

    private static ScheduleClient client(TemporalShare temporal) {
        return ScheduleClient.newInstance(
                temporal.stubs(),
                ScheduleClientOptions.newBuilder()
                        .setNamespace(temporal.namespace())
                        .build());
    }

    private static ScheduleHandle create(ScheduleClient client, ScheduleSpec spec, SchedulePolicy policy) {
        return create(client, "prod", spec, policy);
    }

    /**
     * Each schedule starts workflows of a name of its own: two that share it and fall due at the same moment would start the same
     * workflow ID, and the later one then counts no action.
     */
    private static ScheduleHandle create(ScheduleClient client, String id, ScheduleSpec spec, SchedulePolicy policy) {
        return client.createSchedule(
                id,
                Schedule.newBuilder()
                        .setAction(ScheduleActionStartWorkflow.newBuilder()
                                .setWorkflowType(Rotating.class)
                                .setArguments("given")
                                .setOptions(WorkflowOptions.newBuilder()
                                        .setTaskQueue(Running.QUEUE)
                                        .setWorkflowId("rotation/" + id)
                                        .build())
                                .build())
                        .setSpec(spec)
                        .setPolicy(policy)
                        .build(),
                ScheduleOptions.newBuilder().build());
    }

    private static ScheduleSpec every(long seconds) {
        return ScheduleSpec.newBuilder()
                .setIntervals(List.of(new ScheduleIntervalSpec(Duration.ofSeconds(seconds))))
                .build();
    }

    private static SchedulePolicy catchUp(Duration window) {
        return SchedulePolicy.newBuilder()
                .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL)
                .setCatchupWindow(window)
                .build();
    }

    /** The moments for which the schedule started runs, of the latest ten. */
    private static Stream<Instant> dueAfter(ScheduleHandle schedule, Instant from) {
        return schedule.describe().getInfo().getRecentActions().stream()
                .map(ScheduleActionResult::getScheduledAt)
                .filter(due -> due.isAfter(from));
    }

    private static long actions(ScheduleHandle schedule) {
        return schedule.describe().getInfo().getNumActions();
    }

    /** The workflow IDs that the schedule started, once there are any. */
    private static List<String> startedIds(ScheduleHandle schedule) {
        await().atMost(Running.LONGEST)
                .until(() -> !schedule.describe().getInfo().getRecentActions().isEmpty());
        ScheduleInfo info = schedule.describe().getInfo();
        return info.getRecentActions().stream()
                .map(result -> ((ScheduleActionExecutionStartWorkflow) result.getAction()).getWorkflowId())
                .toList();
    }
}
