package dev.keyturn.dist;

import dev.keyturn.demo.DemoCommand;
import dev.keyturn.starter.Keyturn;

/**
 * What the launcher runs: the command line with the demo. The demo is named here and not looked for, because to look
 * is to open every jar, which takes longer than the list of commands.
 */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        Keyturn.start(words, DemoCommand::new);
    }
}
