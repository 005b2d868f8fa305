package dev.keyturn.starter.console;

/** One cell of a table. */
public record Cell(String text, Tone tone) {
    public Cell {
        text = Style.clean(text);
    }

    public static Cell of(String text) {
        return new Cell(text, Tone.PLAIN);
    }
}
