package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.sandbox.LoginTraffic;
import dev.keyturn.sandbox.Traffic;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.StepReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees that opens a new login every 20 ms with what its service holds, through a whole rotation. */
class ZeroDowntimeTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @Test
    @DisplayName("zero downtime: a client opening a new login through the whole rotation sees 0 failures")
    void redisRefusesNobodyAndTheGapOfPostgresIsTheOneReported(@TempDir Path folder) throws InterruptedException {
        try (Drill drill = Drill.start(folder);
                LoginTraffic redis = LoginTraffic.every(INTERVAL, "redis", () -> access(drill, "REDIS_URL"));
                LoginTraffic postgres = LoginTraffic.every(INTERVAL, "postgres", () -> access(drill, "DATABASE_URL"))) {
            redis.awaitAttempts(5);
            postgres.awaitAttempts(5);
            Plan plan = drill.environment().plan(Drill.request(Purpose.ROTATE));
            Instant began = Instant.now();

            Outcome outcome = drill.run(Drill.request(Purpose.ROTATE));

            Instant ended = Instant.now();
            redis.awaitAttempts(5);
            postgres.awaitAttempts(5);
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
            assertThroughout(redis.traffic(), began, ended);
            assertThroughout(postgres.traffic(), began, ended);
            assertThat(redis.traffic().failures())
                    .as("failed logins to Redis through a whole rotation")
                    .isEmpty();

            Gap gap = gapOf(outcome.gaps());
            assertThat(gapOf(plan.gaps()).measuredMillis())
                    .as("before it was measured")
                    .isEqualTo(-1);
            assertThat(gap.measuredMillis()).as("measured").isPositive();
            List<Traffic.Attempt> failed = postgres.traffic().failures();
            assertThat(failed).as("failed logins to PostgreSQL").hasSizeGreaterThan(1);
            // An attempt is noted when it has ended. The last one that failed began after the one before it, with the
            // old password; it may itself have ended when everybody else had the new one.
            long seen = millis(failed.get(0).at(), failed.get(failed.size() - 2).at());
            assertThat(seen).as("the client's gap; it was told " + gap).isLessThanOrEqualTo(gap.measuredMillis());
            // The old password is dead when the switch has ended, and nobody has the new one before the redeployment
            // begins.
            long dead = step(outcome, "promote redeploy app").beganMillis()
                    - step(outcome, "promote switch main").endedMillis();
            assertThat(dead).isPositive();
            assertThat(postgres.traffic().longestGap().toMillis())
                    .as("between two logins that succeeded; nobody could log in for " + dead + " ms")
                    .isGreaterThanOrEqualTo(dead - INTERVAL.toMillis());
            assertThat(gap.measuredMillis()).as("measured").isGreaterThanOrEqualTo(dead);
            assertThat(outcome.gaps())
                    .as("Redis has no gap")
                    .noneMatch(g -> g.account().contains("redis_password"));
        }
    }

    /** Logins were tried before, after and all the time. */
    private static void assertThroughout(Traffic traffic, Instant began, Instant ended) {
        List<Traffic.Attempt> attempts = traffic.attempts();
        assertThat(attempts.get(0).at()).isBefore(began);
        assertThat(attempts.get(attempts.size() - 1).at()).isAfter(ended);
        assertThat(attempts.stream().filter(a -> a.at().isAfter(began) && a.at().isBefore(ended)))
                .as("logins tried during the rotation")
                .hasSizeGreaterThan(50);
    }

    private static Gap gapOf(List<Gap> gaps) {
        return gaps.stream()
                .filter(g -> g.account().contains("postgres_app_user_pw"))
                .findFirst()
                .orElseThrow();
    }

    private static StepReport step(Outcome outcome, String id) {
        return outcome.steps().stream()
                .filter(step -> step.step().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static long millis(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }

    private static LoginTarget.Access access(Drill drill, String key) {
        String line = drill.held().stream()
                .filter(each -> each.startsWith(key + "="))
                .findFirst()
                .orElseThrow();
        return LoginTarget.parse(line.substring(key.length() + 1));
    }
}
