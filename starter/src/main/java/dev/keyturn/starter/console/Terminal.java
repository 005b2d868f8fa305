package dev.keyturn.starter.console;

import java.nio.charset.Charset;
import java.util.Map;
import java.util.Properties;

/**
 * What the process is connected to.
 *
 * @param in whether the standard input is a terminal
 * @param out whether the standard output is one
 * @param err whether the standard error is one
 * @param columns its width in characters
 * @param rows its height in lines
 * @param moves whether its cursor can be moved: not if TERM is dumb or unset
 * @param colours whether it may show colours: moves, and NO_COLOR is not set (no-color.org)
 * @param charset what it shows
 */
public record Terminal(
        boolean in, boolean out, boolean err, int columns, int rows, boolean moves, boolean colours, Charset charset) {
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;

    /**
     * As the launcher found it. Java itself cannot tell the three streams apart, and since 22 its console pretends to
     * be there in a pipe too; without the launcher's word nothing is taken for a terminal, and so nobody is asked.
     */
    public static Terminal ofProcess(Properties properties, Map<String, String> variables) {
        var terminals = properties.getProperty("keyturn.terminals", "");
        var kind = variables.getOrDefault("TERM", "dumb");
        var moves = !kind.isEmpty() && !kind.equals("dumb");
        return new Terminal(
                terminals.contains("0"),
                terminals.contains("1"),
                terminals.contains("2"),
                size(properties.getProperty("keyturn.columns"), COLUMNS),
                size(properties.getProperty("keyturn.rows"), ROWS),
                moves,
                moves && variables.getOrDefault("NO_COLOR", "").isEmpty(),
                charset(properties.getProperty("native.encoding")));
    }

    private static int size(String text, int otherwise) {
        try {
            var size = text == null ? 0 : Integer.parseInt(text.strip());
            return size > 0 ? size : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Charset charset(String name) {
        try {
            return name == null ? Charset.defaultCharset() : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return Charset.defaultCharset();
        }
    }
}
