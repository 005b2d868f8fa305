package dev.keyturn.demo;

import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.Cell;
import dev.keyturn.starter.console.Console;
import dev.keyturn.starter.console.Page;
import dev.keyturn.starter.console.Table;
import dev.keyturn.starter.console.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tells the story in numbered chapters, and remembers whether everything that it claims was shown. */
final class Narrator {
    private final Console console;
    private final long began = System.nanoTime();
    private int chapters;
    private final List<Shown> all = new ArrayList<>();

    /**
     * One thing that the demo looked at itself.
     *
     * @param shown whether it is as claimed
     * @param object what was looked at
     * @param seen what was seen, never a value
     */
    record Shown(boolean shown, String object, String seen) {}

    Narrator(Console console) {
        this.console = console;
    }

    /** A heading with its number, and what is to be said below it. */
    void chapter(String title, String... lines) {
        chapters++;
        console.say(console.page().line("").line(Tone.BOLD, chapters + ". " + title));
        say(lines);
    }

    void say(String... lines) {
        Table text = new Table();
        for (String line : lines) {
            text.row(Cell.of(line));
        }
        console.say(console.page().table(text));
    }

    /** A part of the page that something else writes. */
    void show(Consumer<Page> part) {
        Page page = console.page();
        part.accept(page);
        console.say(page.line(""));
    }

    /** What was looked at, and whether it was as claimed. */
    void prove(List<Shown> proofs) {
        all.addAll(proofs);
        Table table = new Table();
        for (Shown proof : proofs) {
            table.row(
                    proof.shown() ? new Cell("shown", Tone.GOOD) : new Cell("NOT SHOWN", Tone.BAD),
                    Cell.of(proof.object()),
                    Cell.of(proof.seen()));
        }
        console.say(console.page().table(table));
    }

    void prove(boolean shown, String object, String seen) {
        prove(List.of(new Shown(shown, object, seen)));
    }

    /** Everything that was looked at so far. */
    List<Shown> all() {
        return List.copyOf(all);
    }

    /** The last line; whether everything was shown. */
    boolean end() {
        boolean allShown = all.stream().allMatch(Shown::shown);
        String time = Amounts.duration((System.nanoTime() - began) / 1_000_000);
        console.say(console.page()
                .line("")
                .line(
                        allShown ? Tone.GOOD : Tone.BAD,
                        allShown
                                ? "Everything was shown, in " + time + "."
                                : "Not everything was shown: see NOT SHOWN above. It took " + time + "."));
        return allShown;
    }
}
