package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.StepReport;
import java.util.List;

/** How a run ended: the sentence, the proofs, the gaps as predicted and as measured, the time of each step, what was found. */
public final class ReportText {
    private ReportText() {}

    public static void add(Page page, Outcome outcome) {
        PlanText.changes(
                page, outcome.kind() == Outcome.Kind.DONE ? "Changed" : "Would have changed", outcome.changes());
        steps(page, outcome.steps());
        proofs(page, outcome.steps());
        gaps(page, outcome);
        RemarkText.add(page, "Findings", outcome.remarks());
        sentence(page, outcome);
    }

    /** The outcome alone, last, where the eye is when a run ends. */
    public static void sentence(Page page, Outcome outcome) {
        page.heading(word(outcome.kind()) + (outcome.run().isEmpty() ? "" : " (run " + outcome.run() + ")"));
        page.line(tone(outcome.kind()), outcome.summary());
    }

    private static void steps(Page page, List<StepReport> steps) {
        if (steps.isEmpty()) {
            return;
        }
        var table = new Table().head("step", "time", "", "what was done");
        for (var step : steps) {
            table.row(
                    Cell.of(step.step()),
                    Cell.of(Amounts.duration(step.millis())),
                    Cell.of(step.changed() ? "changed" : "as wanted"),
                    Cell.of(step.detail()));
        }
        page.heading("Steps, "
                        + Amounts.duration(
                                steps.stream().mapToLong(StepReport::millis).sum()) + " in all")
                .table(table);
    }

    private static void proofs(Page page, List<StepReport> steps) {
        var table = new Table();
        var proofs = steps.stream().flatMap(step -> step.proofs().stream()).toList();
        for (var proof : proofs) {
            table.row(
                    proof.proven() ? new Cell("proven", Tone.GOOD) : new Cell("not proven", Tone.WARNING),
                    Cell.of(proof.object()),
                    Cell.of(
                            proof.proven() || proof.who().isBlank()
                                    ? proof.text()
                                    : proof.text() + "; to act: " + proof.who()));
        }
        if (!proofs.isEmpty()) {
            page.heading("Proofs").table(table);
        }
    }

    private static void gaps(Page page, Outcome outcome) {
        if (outcome.gaps().isEmpty()) {
            return;
        }
        var table = new Table().head("account", "predicted", "measured");
        for (var gap : outcome.gaps()) {
            var late = gap.measuredMillis() > gap.predictedMillis();
            table.row(
                    Cell.of(gap.account()),
                    Cell.of("at most " + Amounts.duration(gap.predictedMillis())),
                    gap.measuredMillis() < 0
                            ? Cell.of("not measured")
                            : new Cell(Amounts.duration(gap.measuredMillis()), late ? Tone.WARNING : Tone.GOOD));
        }
        page.heading("Gaps in which new logins failed").table(table);
    }

    private static String word(Outcome.Kind kind) {
        return switch (kind) {
            case DONE -> "Done";
            case ROLLED_BACK -> "Rolled back";
            case DRIFT -> "Drift";
            case REFUSED -> "Refused";
            case UNSETTLED -> "Unsettled";
        };
    }

    private static Tone tone(Outcome.Kind kind) {
        return switch (kind) {
            case DONE -> Tone.GOOD;
            case ROLLED_BACK, UNSETTLED -> Tone.WARNING;
            case DRIFT, REFUSED -> Tone.BAD;
        };
    }
}
