package dev.keyturn.rig.temporal;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** The smallest workflow with the shape of a rotation: a step, a wait for approval, a step, and a way back. */
@WorkflowInterface
public interface Rotating {
    @WorkflowMethod
    String run(String input);

    @UpdateMethod
    String approve(String digest);

    @UpdateValidatorMethod(updateName = "approve")
    void refuseAnotherDigest(String digest);

    @SignalMethod
    void fail(String message);

    @QueryMethod
    String approved();

    /** What a step does; the test looks at how often. */
    @ActivityInterface
    interface Step {
        String effect(String key);

        String undo(String key);
    }

    /** The validator refuses the digest {@code bad}, the handler {@code torn}. */
    final class Durable implements Rotating {
        private final Step step = Workflow.newActivityStub(
                Step.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(10))
                        .build());
        private String approved = "";
        private String failure = "";

        @Override
        public String run(String input) {
            String key = Workflow.getInfo().getWorkflowId();
            step.effect(key + "/before");
            try {
                Workflow.await(() -> !approved.isEmpty() || !failure.isEmpty());
            } catch (CanceledFailure e) {
                Workflow.newDetachedCancellationScope(() -> step.undo(key)).run();
                throw e;
            }
            if (!failure.isEmpty()) {
                throw ApplicationFailure.newNonRetryableFailure(failure, "DRIFT");
            }
            step.effect(key + "/after");
            return approved + " " + input;
        }

        @Override
        public String approve(String digest) {
            if (digest.equals("torn")) {
                throw ApplicationFailure.newNonRetryableFailure("torn", "TORN");
            }
            approved = digest;
            return "approved " + digest;
        }

        @Override
        public void refuseAnotherDigest(String digest) {
            if (digest.equals("bad")) {
                throw ApplicationFailure.newNonRetryableFailure("another digest", "REFUSED");
            }
        }

        @Override
        public void fail(String message) {
            failure = message;
        }

        @Override
        public String approved() {
            return approved;
        }
    }
}
