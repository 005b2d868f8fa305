package dev.keyturn.starter.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void withoutTheLaunchersWordNothingIsATerminal() {
        var terminal = Terminal.ofProcess(new Properties(), Map.of("TERM", "xterm"));
        assertThat(terminal.in() || terminal.out() || terminal.err()).isFalse();
        assertThat(terminal.columns()).isEqualTo(80);
    }

    @Test
    void noColorTakesTheColoursAndADumbTerminalTheCursorToo() {
        var properties = new Properties();
        properties.setProperty("keyturn.terminals", "012");
        properties.setProperty("keyturn.columns", "132");
        properties.setProperty("keyturn.rows", "0");
        var plain = Terminal.ofProcess(properties, Map.of("TERM", "xterm", "NO_COLOR", "1"));
        assertThat(plain.moves()).isTrue();
        assertThat(plain.colours()).isFalse();
        assertThat(plain.columns()).isEqualTo(132);
        assertThat(plain.rows()).isEqualTo(24);
        var dumb = Terminal.ofProcess(properties, Map.of("TERM", "dumb"));
        assertThat(dumb.moves() || dumb.colours()).isFalse();
    }
}
