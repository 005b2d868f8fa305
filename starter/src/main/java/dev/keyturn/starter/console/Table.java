package dev.keyturn.starter.console;

import java.util.ArrayList;
import java.util.List;

/** Rows with aligned columns. The last column is as long as it must be; on a terminal it is wrapped, never cut. */
public final class Table {
    private static final String INDENT = "  ";
    private static final String BETWEEN = "  ";
    private static final int LEAST_TO_WRAP = 20;

    private final List<List<Cell>> rows = new ArrayList<>();

    /** Adds a dimmed row of headings. */
    public Table head(String... names) {
        return row(java.util.Arrays.stream(names)
                .map(name -> new Cell(name, Tone.DIM))
                .toArray(Cell[]::new));
    }

    /** Adds a row; every row must have as many cells as the first. */
    public Table row(Cell... cells) {
        if (!rows.isEmpty() && rows.get(0).size() != cells.length) {
            throw new IllegalArgumentException("A row has " + cells.length + " cells, the first has "
                    + rows.get(0).size());
        }
        rows.add(List.of(cells));
        return this;
    }

    List<String> lines(Style style) {
        List<String> lines = new ArrayList<>();
        var widths = widths();
        for (var row : rows) {
            var line = new StringBuilder(INDENT);
            var used = INDENT.length();
            for (var column = 0; column < row.size() - 1; column++) {
                var cell = row.get(column);
                line.append(style.toned(cell.tone(), cell.text()));
                line.append(" ".repeat(widths[column] - Style.width(cell.text())));
                if (widths[column] > 0) {
                    line.append(BETWEEN);
                    used += widths[column] + BETWEEN.length();
                }
            }
            var last = row.get(row.size() - 1);
            var room = style.columns() - used;
            var parts = style.columns() > 0 && room >= LEAST_TO_WRAP ? wrap(last.text(), room) : List.of(last.text());
            for (var part : parts) {
                lines.add((line + style.toned(last.tone(), part)).stripTrailing());
                line = new StringBuilder(" ".repeat(used));
            }
        }
        return lines;
    }

    private int[] widths() {
        var widths = new int[rows.isEmpty() ? 0 : rows.get(0).size()];
        for (var row : rows) {
            for (var column = 0; column < row.size(); column++) {
                widths[column] =
                        Math.max(widths[column], Style.width(row.get(column).text()));
            }
        }
        return widths;
    }

    /** At spaces; a word longer than the room stays whole, so that a command or a path can be copied. */
    private static List<String> wrap(String text, int room) {
        List<String> parts = new ArrayList<>();
        var part = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!part.isEmpty() && Style.width(part.toString()) + 1 + Style.width(word) > room) {
                parts.add(part.toString());
                part.setLength(0);
            }
            part.append(part.isEmpty() ? "" : " ").append(word);
        }
        parts.add(part.toString());
        return parts;
    }
}
