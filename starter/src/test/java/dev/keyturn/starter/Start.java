package dev.keyturn.starter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.starter.console.Streams;
import dev.keyturn.starter.console.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** One start of the command line in this process, in a pipe unless a terminal is asked for. */
final class Start {
    static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");

    final FakeEnvironments engine = new FakeEnvironments();
    final FakeEnvironment environment = engine.environment;
    final Map<String, String> variables = new HashMap<>();
    final List<Integer> left = new ArrayList<>();
    private Terminal terminal = new Terminal(false, false, false, 80, 24, false, false, UTF_8);
    private String typed = "";
    private IntConsumer heard;
    private int engines;
    private boolean full;

    private static final class FullDisk extends ByteArrayOutputStream {
        @Override
        public void flush() throws IOException {
            throw new IOException("No space left on device");
        }
    }

    /** Code, standard output, standard error. */
    record End(int code, String out, String err) {
        JsonNode json() {
            try (var parser = new ObjectMapper().createParser(out)) {
                JsonNode document = parser.readValueAsTree();
                if (parser.nextToken() != null) {
                    throw new AssertionError("More than one document: " + out);
                }
                return document;
            } catch (IOException e) {
                throw new UncheckedIOException("Not JSON: " + out, e);
            }
        }
    }

    Start onTerminal(String answers) {
        terminal = new Terminal(true, true, true, 80, 24, true, false, UTF_8);
        typed = answers;
        return this;
    }

    Start on(Terminal other) {
        terminal = other;
        return this;
    }

    /** As onto a full disk: what is written is lost. */
    Start ontoAFullDisk() {
        full = true;
        return this;
    }

    /** As if the signal came now; the second call is the second signal. */
    void signal(int count) {
        heard.accept(count);
    }

    boolean listens() {
        return heard != null;
    }

    int engines() {
        return engines;
    }

    End run(String... words) {
        var out = full ? new FullDisk() : new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var surroundings = new Surroundings(
                new Streams(
                        new BufferedReader(new StringReader(typed)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8)),
                terminal,
                () -> {
                    engines++;
                    return engine;
                },
                listener -> {
                    heard = listener;
                    return () -> heard = null;
                },
                variables,
                () -> Clock.fixed(NOW, ZoneOffset.UTC),
                left::add);
        var code = new Keyturn(surroundings, Hello::new).run(words);
        return new End(code, out.toString(UTF_8), err.toString(UTF_8));
    }
}
