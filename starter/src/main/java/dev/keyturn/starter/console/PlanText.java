package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import java.util.List;
import java.util.Locale;

/** A plan, as a person decides on it: what changes, in which steps, with which gaps, and what speaks against it. */
public final class PlanText {
    private PlanText() {}

    public static void add(Page page, Plan plan) {
        var purpose = plan.purpose().name().toLowerCase(Locale.ROOT);
        page.heading("Plan: " + purpose + " " + plan.environment());
        if (plan.changesNothing() && !plan.refused()) {
            page.line("  There is nothing to do.");
        }
        changes(page, "Changes", plan.changes());
        passes(page, "Before the commit point", plan.beforeCommit());
        passes(page, "After the commit point", plan.afterCommit());
        if (!plan.gaps().isEmpty()) {
            var gaps = new Table();
            plan.gaps()
                    .forEach(gap -> gaps.row(
                            Cell.of(gap.account()),
                            Cell.of("new logins fail for at most " + Amounts.duration(gap.predictedMillis()))));
            page.heading("Gaps").table(gaps);
        }
        RemarkText.add(page, "Findings", plan.remarks());
        if (!plan.digest().isBlank()) {
            page.heading("Digest " + plan.digest());
        }
    }

    static void changes(Page page, String heading, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        var style = page.style();
        var table = new Table().head("secret", "kind", "version", "comes", "note");
        for (var change : changes) {
            table.row(
                    Cell.of(change.secret()),
                    Cell.of(change.kind()),
                    Cell.of((change.from() == 0 ? style.nothing() : change.from()) + " " + style.arrow() + " "
                            + change.to()),
                    Cell.of(change.origin()),
                    Cell.of(change.note()));
        }
        page.heading(heading).table(table);
    }

    private static void passes(Page page, String heading, List<Pass> passes) {
        if (passes.stream().allMatch(pass -> pass.steps().isEmpty())) {
            return;
        }
        var table = new Table().head("pass", "step", "does");
        for (var pass : passes) {
            for (var step : pass.steps()) {
                table.row(
                        Cell.of(pass.arrangement()),
                        Cell.of(step.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')),
                        Cell.of(step.summary()));
            }
        }
        page.heading(heading).table(table);
    }
}
