package dev.keyturn.starter.console;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * Where a command speaks. Without {@code --output json} a person reads the standard output; with it the standard
 * output holds one JSON document and nothing else, and a person reads the standard error.
 */
public final class Console {
    private final Streams streams;
    private final Terminal terminal;
    private final boolean json;
    private final boolean quiet;
    private final boolean colours;

    /**
     * @param json whether the standard output is for a program
     * @param quiet whether to leave out everything but findings, errors and results
     * @param colours whether colours are wished for; they show only where the terminal has them
     */
    public Console(Streams streams, Terminal terminal, boolean json, boolean quiet, boolean colours) {
        this.streams = streams;
        this.terminal = terminal;
        this.json = json;
        this.quiet = quiet;
        this.colours = colours;
    }

    public boolean json() {
        return json;
    }

    public boolean quiet() {
        return quiet;
    }

    /** An empty page, written as this console shows it. */
    public Page page() {
        var shown = shown();
        return new Page(new Style(
                shown && colours && terminal.colours(),
                Style.plain(terminal.charset()).unicode(),
                shown ? terminal.columns() : 0));
    }

    /** For a person. */
    public void say(Page page) {
        human().print(page.text());
        human().flush();
    }

    /** Trouble: always on the standard error, a line break kept. */
    public void complain(String message) {
        message.lines().map(Style::clean).forEach(streams.err()::println);
        streams.err().flush();
    }

    /** For a program; the bytes are UTF-8 as JSON demands, whatever the terminal shows. */
    public void document(byte[] utf8) {
        streams.out().write(utf8, 0, utf8.length);
        streams.out().flush();
    }

    /** Text for a program or a file, as it is. */
    public void raw(String text) {
        document(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Whether a question would be seen and could be answered. */
    public boolean canAsk() {
        return terminal.in() && shown();
    }

    /** Asks, and takes only a yes for one; the end of the input is a no. */
    public boolean confirm(String question) {
        human().print(Style.clean(question) + " [y/N] ");
        human().flush();
        try {
            var answer = streams.in().readLine();
            if (answer == null) {
                human().println();
                return false;
            }
            var word = answer.strip().toLowerCase(Locale.ROOT);
            return word.equals("y") || word.equals("yes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the steps of a run are shown. */
    public Steps steps() {
        if (json || quiet) {
            return new NoSteps(this::complain);
        }
        return shown() && terminal.moves()
                ? new LiveSteps(streams.out(), page().style(), terminal.rows())
                : new PlainSteps(streams.out(), page().style());
    }

    private boolean shown() {
        return json ? terminal.err() : terminal.out();
    }

    private PrintStream human() {
        return json ? streams.err() : streams.out();
    }
}
