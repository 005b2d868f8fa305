package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Step;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TimeoutFailure;
import java.util.Arrays;

/** What a failed step says, read out of the chain in which Temporal wraps it. */
record Failure(FailureType type, String text) {
    static Failure of(TemporalFailure failure) {
        String text = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApplicationFailure application) {
                return new Failure(typeOf(application.getType()), application.getOriginalMessage());
            } else if (cause instanceof CanceledFailure) {
                return new Failure(FailureType.CANCELLED, "The run was told to turn round.");
            } else if (cause instanceof TimeoutFailure timeout) {
                text = "No answer in time (" + timeout.getTimeoutType() + ").";
            }
        }
        return new Failure(FailureType.UNAVAILABLE, text.isEmpty() ? "The step failed without a reason." : text);
    }

    private static FailureType typeOf(String name) {
        return Arrays.stream(FailureType.values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElse(FailureType.CONFIGURATION);
    }

    Remark asRemark(Step step) {
        String expected = "success of the step: " + step.summary();
        return type == FailureType.DRIFT
                ? new Remark(
                        Remark.Severity.BLOCKS,
                        step.object(),
                        text,
                        expected,
                        "Find out who changed it, then: keyturn repair")
                : new Remark(Remark.Severity.WARNS, step.object(), text, expected, "keyturn repair");
    }
}
