package dev.keyturn.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.awaitility.core.ConditionTimeoutException;

/** For what a server does a moment later by itself, such as counting out a session that was closed. */
final class Eventually {
    private Eventually() {}

    /** Whether the number becomes this one within ten seconds. */
    static boolean reaches(int wanted, IntSupplier number) {
        return holds(() -> number.getAsInt() == wanted);
    }

    /** Whether it becomes true within ten seconds. */
    static boolean holds(BooleanSupplier condition) {
        try {
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(10))
                    .pollDelay(Duration.ZERO)
                    .until(condition::getAsBoolean);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }
}
