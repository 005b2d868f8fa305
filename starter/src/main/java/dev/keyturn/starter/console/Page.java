package dev.keyturn.starter.console;

import java.util.ArrayList;
import java.util.List;

/** Text for a person, put together from lines and tables; everything on it is cleaned of control characters. */
public final class Page {
    private final Style style;
    private final List<String> lines = new ArrayList<>();

    public Page(Style style) {
        this.style = style;
    }

    public Style style() {
        return style;
    }

    public Page line(String text) {
        return line(Tone.PLAIN, text);
    }

    public Page line(Tone tone, String text) {
        lines.add(style.toned(tone, Style.clean(text)));
        return this;
    }

    /** A heading, with an empty line before it unless it is the first. */
    public Page heading(String text) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        return line(Tone.BOLD, text);
    }

    public Page table(Table table) {
        lines.addAll(table.lines(style));
        return this;
    }

    /** All of it, with a line break after each line. */
    public String text() {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
