package dev.keyturn.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.demo.DemoCommand;
import dev.keyturn.starter.Keyturn;
import dev.keyturn.starter.Surroundings;
import dev.keyturn.starter.console.Streams;
import dev.keyturn.starter.console.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is told what to run next, by a message or a page, can run it. */
class NamedCommandsTest {
    private static final Path ROOT = Path.of("..");

    /** A command with the options behind it. */
    private static final Pattern NAMED =
            Pattern.compile("\\bkeyturn ((?:backup )?[a-z]+)((?: --[a-z-]+(?:[= ][a-z_,./]+)?)*)");

    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
    private static final Pattern TEXT_JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    /** What else comes after that word: the role of the tutorial, and the salts of derived keys. */
    private static final Set<String> PROSE = Set.of("launcher", "on", "keys", "postgres", "store");

    @Test
    void everyCommandThatIsNamedExistsWithItsOptions() throws IOException {
        Map<String, Set<String>> named = named();
        assertThat(named).as("found by the pattern").containsKeys("rotate", "setup", "backup list", "demo");
        named.forEach((command, options) -> {
            String help = help(command);
            assertThat(help).as("keyturn %s", command).contains("Usage: keyturn " + command);
            for (String option : options) {
                assertThat(OPTION.matcher(help).results().map(found -> found.group()))
                        .as("options of keyturn %s", command)
                        .contains(option);
            }
        });
    }

    private static Map<String, Set<String>> named() throws IOException {
        Map<String, Set<String>> named = new TreeMap<>();
        for (Path file : speaking()) {
            Matcher matcher = NAMED.matcher(
                    TEXT_JOINED.matcher(Files.readString(file, UTF_8)).replaceAll(""));
            while (matcher.find()) {
                if (!PROSE.contains(matcher.group(1))) {
                    Set<String> options = named.computeIfAbsent(matcher.group(1), command -> new TreeSet<>());
                    OPTION.matcher(matcher.group(2)).results().forEach(option -> options.add(option.group()));
                }
            }
        }
        return named;
    }

    /** The pages, and the sources of what is delivered. */
    private static List<Path> speaking() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        String name = ROOT.relativize(file).toString();
                        return !name.contains("target/")
                                && (name.endsWith(".md") || (name.endsWith(".java") && name.contains("src/main/")));
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String help(String command) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, UTF_8);
        Surroundings surroundings = new Surroundings(
                new Streams(new BufferedReader(Reader.nullReader()), out, out),
                Terminal.ofProcess(new Properties(), Map.of()),
                () -> {
                    throw new AssertionError("help needs no engine");
                },
                heard -> () -> {},
                Map.of(),
                Clock::systemUTC,
                code -> {});
        new Keyturn(surroundings, DemoCommand::new).run((command + " --help").split(" "));
        return said.toString(UTF_8);
    }
}
