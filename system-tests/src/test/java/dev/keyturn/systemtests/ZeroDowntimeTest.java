package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.sandbox.LoginTraffic;
import dev.keyturn.sandbox.Traffic;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeds: zero downtime. What a client sees that opens a new login every 20 ms with what its service holds. */
class ZeroDowntimeTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @Test
    void redisRefusesNobodyAndTheGapOfPostgresIsTheOneReported(@TempDir Path folder) throws InterruptedException {
        try (Drill drill = Drill.start(folder);
                LoginTraffic redis = LoginTraffic.every(INTERVAL, "redis", () -> access(drill, "REDIS_URL"));
                LoginTraffic postgres = LoginTraffic.every(INTERVAL, "postgres", () -> access(drill, "DATABASE_URL"))) {
            redis.awaitAttempts(5);
            postgres.awaitAttempts(5);
            Plan plan = drill.environment().plan(Drill.withoutBackup(Purpose.ROTATE));

            Outcome outcome = drill.run(Drill.withoutBackup(Purpose.ROTATE));

            redis.awaitAttempts(5);
            postgres.awaitAttempts(5);
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
            assertThat(redis.traffic().logins()).isGreaterThan(20);
            assertThat(redis.traffic().failures())
                    .as("failed logins to Redis through a whole rotation")
                    .isEmpty();

            Gap gap = outcome.gaps().stream()
                    .filter(g -> g.account().contains("postgres_app_user_pw"))
                    .findFirst()
                    .orElseThrow();
            Gap predicted = plan.gaps().stream()
                    .filter(g -> g.account().equals(gap.account()))
                    .findFirst()
                    .orElseThrow();
            assertThat(predicted.measuredMillis()).as("before it was measured").isEqualTo(-1);
            assertThat(gap.measuredMillis()).as("measured").isPositive();
            assertThat(seenMillis(postgres.traffic()))
                    .as("the client's gap; it was told " + gap)
                    .isLessThanOrEqualTo(gap.measuredMillis());
            assertThat(outcome.gaps())
                    .as("Redis has no gap")
                    .noneMatch(g -> g.account().contains("redis_password"));
        }
    }

    private static LoginTarget.Access access(Drill drill, String key) {
        String line = drill.held().stream()
                .filter(each -> each.startsWith(key + "="))
                .findFirst()
                .orElseThrow();
        return LoginTarget.parse(line.substring(key.length() + 1));
    }

    /** From the first login that failed until the last one; 0 if none did. */
    private static long seenMillis(Traffic traffic) {
        var failures = traffic.failures();
        return failures.isEmpty()
                ? 0
                : Duration.between(
                                failures.get(0).at(),
                                failures.get(failures.size() - 1).at())
                        .toMillis();
    }
}
