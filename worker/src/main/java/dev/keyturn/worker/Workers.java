package dev.keyturn.worker;

import io.temporal.worker.WorkerOptions;
import java.time.Duration;

/** How workers are set up, on whatever engine. */
final class Workers {
    private Workers() {}

    static WorkerOptions options() {
        return WorkerOptions.newBuilder()
                // A wish to abort reaches a step with its next heartbeat, so these are not held back for long.
                .setMaxHeartbeatThrottleInterval(Duration.ofSeconds(1))
                .setDefaultHeartbeatThrottleInterval(Duration.ofSeconds(1))
                // A worker that is told to stop finishes the step that runs: it must not fall silent, nor be told that
                // it is cancelled.
                .setAllowActivityHeartbeatDuringShutdown(true)
                // A worker that was killed must not keep its workflows on a queue that nobody reads any more.
                .setStickyQueueScheduleToStartTimeout(Duration.ZERO)
                .build();
    }
}
