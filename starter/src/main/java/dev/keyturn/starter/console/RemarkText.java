package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Remark;
import java.util.List;

/** What was found, one row each, the next command below it. */
public final class RemarkText {
    private RemarkText() {}

    /** Adds nothing if nothing was found. */
    public static void add(Page page, String heading, List<Remark> remarks) {
        if (remarks.isEmpty()) {
            return;
        }
        var table = new Table();
        for (var remark : remarks) {
            table.row(severity(remark), Cell.of(remark.object()), Cell.of(text(remark)));
            if (!remark.next().isBlank()) {
                table.row(Cell.of(""), Cell.of(""), Cell.of("next: " + remark.next()));
            }
        }
        page.heading(heading).table(table);
    }

    private static String text(Remark remark) {
        return remark.expected().isBlank() ? remark.found() : remark.found() + "; expected: " + remark.expected();
    }

    private static Cell severity(Remark remark) {
        return switch (remark.severity()) {
            case BLOCKS -> new Cell("blocks", Tone.BAD);
            case WARNS -> new Cell("warns", Tone.WARNING);
            case NOTES -> new Cell("notes", Tone.DIM);
        };
    }
}
