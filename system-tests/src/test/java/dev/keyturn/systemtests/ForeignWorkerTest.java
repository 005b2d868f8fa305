package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.steps.store.State;
import dev.keyturn.worker.LocalEnvironments;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Fault 88. A worker that a task queue of another system leads to: it changes nothing, and says whose it is. */
class ForeignWorkerTest extends OnOneDrill {
    private TestActivityEnvironment activities;
    private Steps steps;
    private State before;

    @BeforeAll
    void haveItsSteps() {
        AtomicReference<Steps> made = new AtomicReference<>();
        LocalEnvironments environments = new LocalEnvironments(
                Drill.technologies(),
                RunInProcess.LEASE,
                each -> {
                    made.set(each);
                    return each;
                },
                store -> store);
        try (Environment environment = environments.open(drill.system().manifest())) {
            environment.run(Drill.withoutBackup(Purpose.REPAIR), progress -> {});
        }
        activities = TestActivityEnvironment.newInstance();
        activities.registerActivitiesImplementations(made.get());
        steps = activities.newActivityStub(
                Steps.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofMinutes(1))
                        .build());
        before = drill.state();
    }

    @AfterAll
    void close() {
        activities.close();
    }

    @Test
    void aLeaseOfAnotherStoreIsOver() {
        Lease foreign = new Lease("prod", "run-1", "another", before.header().epoch(), 20, 1);

        assertFails(() -> steps.commit(foreign), FailureType.FENCED, "but the run belongs to the store another");
    }

    @Test
    void aLeaseThatWasGivenBackIsOver() {
        Lease over = new Lease(
                "prod", "run-1", before.header().storeId(), before.header().epoch(), 20, 1);

        assertFails(() -> steps.commit(over), FailureType.FENCED, "has given the environment back");
    }

    @Test
    void anotherEnvironmentIsRefused() {
        Request request = Request.of("staging", Purpose.ROTATE, "a test");

        assertFails(
                () -> steps.recover(request), FailureType.REFUSED, "works for the environment prod, not for staging");
        assertFails(() -> steps.plan(request), FailureType.REFUSED, "works for the environment prod, not for staging");
        assertFails(
                () -> steps.begin(request, ""), FailureType.REFUSED, "works for the environment prod, not for staging");
    }

    private void assertFails(ThrowingCallable step, FailureType type, String found) {
        assertThatExceptionOfType(ActivityFailure.class)
                .isThrownBy(step)
                .havingCause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> assertThat(failure.getType()).isEqualTo(type.name()))
                .withMessageContaining(found)
                .withMessageContaining("Next: ");
        assertThat(drill.state()).as("the store").isEqualTo(before);
    }
}
