package dev.keyturn.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.Folders;
import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.testkit.Need;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tutorial's commands, run as they stand, on a PostgreSQL of their own. Left out are the chapters that need an account of the
 * operating system and a Temporal server, and the one with {@code gpg} where that is missing.
 */
class TutorialTest {
    private static final String LEFT_OUT = "(?ms)^## (?:%s)\\..*?(?=^## |\\z)";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|)\\n(.*?)^```$");
    private static final Pattern BACKUP = Pattern.compile("backups/keyturn-shop-\\S+");
    private static final String MARK = "@@ command ";

    @TempDir
    Path folder;

    /** A command, and what the page says that it prints. */
    private record Shown(String command, List<String> lines) {}

    @Test
    void whatThePageShowsIsWhatTheCommandsDo() throws Exception {
        new Need("postgresql-client", "there is no psql on the PATH", "apt-get install {}")
                .leavesOutUnless(isInstalled("psql"));
        try (PrivatePostgres postgres = PrivatePostgres.start()) {
            List<Shown> shown = shown(Files.readString(Path.of("../docs/tutorial.md"), UTF_8)
                    .replace("5432", Integer.toString(postgres.port())));
            String output = run(postgres, script(shown));
            for (int i = 0; i < shown.size(); i++) {
                String said =
                        output.substring(at(output, i), i + 1 < shown.size() ? at(output, i + 1) : output.length());
                for (String line : shown.get(i).lines) {
                    assertThat(oneSpace(said)).as(shown.get(i).command).contains(oneSpace(line));
                }
            }
        }
    }

    private static int at(String output, int command) {
        int at = output.indexOf(MARK + command + "\n");
        assertThat(at).as("command " + command + " was reached:\n" + output).isNotNegative();
        return at;
    }

    private static List<Shown> shown(String page) {
        List<Shown> shown = new ArrayList<>();
        String leftOut = LEFT_OUT.formatted(isInstalled("gpg") ? "7|10" : "7|9|10");
        Matcher block = BLOCK.matcher(page.replaceAll(leftOut, ""));
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                shown.add(new Shown(block.group(2).strip(), List.of()));
                continue;
            }
            for (String part : block.group(2).split("(?m)^\\$ ")) {
                List<String> lines = part.lines().toList();
                if (!part.isBlank()) {
                    shown.add(new Shown(
                            lines.get(0),
                            lines.stream()
                                    .skip(1)
                                    .filter(TutorialTest::isTheSame)
                                    .toList()));
                }
            }
        }
        assertThat(shown).as("found by the pattern").hasSizeGreaterThan(12);
        return shown;
    }

    /** Times, names of runs and numbers differ from one time to the next. */
    private static boolean isTheSame(String line) {
        return !line.contains("…") && line.matches("\\D+|\\d+|\\d+ secrets? .*");
    }

    private static String oneSpace(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** In one shell, as somebody types them: each may ask how the one before it ended. */
    private static String script(List<Shown> shown) {
        StringBuilder script = new StringBuilder("exec 2>&1\nstatus=0\n");
        for (int i = 0; i < shown.size(); i++) {
            String command = BACKUP.matcher(shown.get(i).command).replaceAll("\"\\$(ls -t backups/* | head -n 1)\"");
            script.append("echo '" + MARK + i + "'\n(exit $status)\n" + command + "\nstatus=$?\n");
        }
        return script.toString();
    }

    private String run(PrivatePostgres postgres, String script) throws IOException, InterruptedException {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        Checkout checkout = Checkout.ofKeyturn(folder.resolve("checkout"));
        Files.createSymbolicLink(programs.resolve("keyturn"), checkout.root().resolve("keyturn"));
        // What the page does as the server's superuser.
        program(
                programs.resolve("sudo"),
                "shift 2; PGPASSWORD=$TUTORIAL_SUPERUSER exec \"$@\" -h 127.0.0.1 -U postgres");
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TUTORIAL_SUPERUSER", postgres.superuser().password());
        builder.environment().put("PGPORT", Integer.toString(postgres.port()));
        builder.environment()
                .put("GNUPGHOME", Files.createDirectory(folder.resolve("gnupg")).toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().keySet().removeIf(name -> name.startsWith("TEMPORAL_") || name.startsWith("KEYTURN_"));
        Process process = builder.start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        // Of links JUnit warns one by one.
        Folders.delete(checkout.lib());
        assertThat(ended)
                .as("the commands end:\n" + Files.readString(output, UTF_8))
                .isTrue();
        return Files.readString(output, UTF_8);
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n", UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
