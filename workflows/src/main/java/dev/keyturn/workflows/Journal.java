package dev.keyturn.workflows;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Progress.Line;
import dev.keyturn.workflows.contract.Progress.State;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a run has done so far and what it is about to do, for the progress query and the record. */
final class Journal {
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Map<String, Long> began = new LinkedHashMap<>();
    private final List<StepReport> reports = new ArrayList<>();
    private final List<Remark> failures = new ArrayList<>();
    private String phase = "look";

    /** Shows the steps to come as waiting. */
    void expect(List<Pass> passes) {
        for (Pass pass : passes) {
            for (Step step : pass.steps()) {
                lines.putIfAbsent(step.id(), new Line(step.summary(), State.WAITING, "", 0));
            }
        }
    }

    void begun(String id, String summary) {
        phase = summary;
        began.put(id, Workflow.currentTimeMillis());
        lines.put(id, new Line(summary, State.RUNNING, "", 0));
        // Shown by Temporal's web UI as the state of the workflow.
        Workflow.setCurrentDetails(summary);
    }

    void ended(String id, StepReport report) {
        reports.add(report);
        State state = report.changed() ? State.DONE : State.UNCHANGED;
        lines.computeIfPresent(id, (same, line) -> new Line(line.text(), state, report.detail(), report.millis()));
    }

    void ended(String id) {
        lines.computeIfPresent(id, (same, line) -> new Line(line.text(), State.DONE, "", since(id)));
    }

    void failed(String id, Failure failure) {
        lines.computeIfPresent(id, (same, line) -> new Line(line.text(), State.FAILED, failure.text(), since(id)));
    }

    /** By the workflow's own clock, with all tries and the pauses between them. */
    private long since(String id) {
        return Workflow.currentTimeMillis() - began.get(id);
    }

    void failed(Remark remark) {
        failures.add(remark);
    }

    void notNarrowed(Step step) {
        failures.add(new Remark(
                Severity.WARNS,
                step.object(),
                "left as it is, because a step before failed and somebody may still need what it accepts",
                step.summary(),
                "keyturn repair"));
    }

    /** The end that the failures amount to; empty if there are none that matter. */
    Optional<Outcome.Kind> failureKind() {
        if (failures.stream().anyMatch(f -> f.severity() == Severity.BLOCKS)) {
            return Optional.of(Outcome.Kind.DRIFT);
        }
        boolean waiting = failures.stream().anyMatch(f -> f.severity() == Severity.WARNS);
        return waiting ? Optional.of(Outcome.Kind.UNSETTLED) : Optional.empty();
    }

    List<StepReport> reports() {
        return List.copyOf(reports);
    }

    List<Remark> failures() {
        return List.copyOf(failures);
    }

    Progress progress(String run) {
        return new Progress(run, phase, List.copyOf(lines.values()));
    }
}
