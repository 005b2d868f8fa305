package dev.keyturn.starter.console;

/** How a word is meant; shown as a colour where there are colours, and never by the colour alone. */
public enum Tone {
    PLAIN(""),
    BOLD("\033[1m"),
    DIM("\033[2m"),
    GOOD("\033[32m"),
    WARNING("\033[33m"),
    BAD("\033[31m");

    private final String code;

    Tone(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}
