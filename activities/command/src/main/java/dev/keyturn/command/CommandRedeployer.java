package dev.keyturn.command;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Generation;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Running;
import dev.keyturn.spi.Scrubber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Redeploys by a command. Without a command that tells what runs, the redeploy command's own word (exit status 0) is all
 * there is: {@link #running} then answers with one instance, the command, that has everything asked for, by its word.
 */
final class CommandRedeployer implements Redeployer {
    private static final int LINES = 5;
    private static final int WIDTH = 200;

    private final Command roll;
    private final Command running;
    private final Duration within;

    /**
     * @param roll the program that redeploys, with its arguments
     * @param running the program that tells what runs, with its arguments; empty if there is none
     * @param within how long each may take
     * @param directory where they run
     */
    CommandRedeployer(List<String> roll, List<String> running, Duration within, Path directory) {
        this.roll = new Command("roll", roll, directory);
        this.running = new Command("running", running, directory);
        this.within = within;
    }

    /**
     * Runs the command, each time: whether everything is on the generation already is its own business, which it can tell by
     * {@code KEYTURN_GENERATION}. What a worker that was killed has left of it unfinished is ended first.
     */
    @Override
    public void roll(Fence fence, Generation generation, Progress progress) {
        Map<String, String> environment = environment(generation);
        roll.require(searchPath(environment));
        fence.check();
        String name = BoundedRun.newName();
        try (RollTrace trace = RollTrace.leave(fence, roll, name)) {
            trace.endEarlier();
            // That may have taken seconds.
            fence.check();
            requireSuccess(roll, BoundedRun.of(roll, environment, within, name, trace::started, progress));
        }
    }

    @Override
    public List<Running> running(Generation wanted) {
        if (running.arguments().isEmpty()) {
            return List.of(new Running(roll.program(), true, Running.Proof.WORD));
        }
        List<Running> instances = new ArrayList<>();
        Map<String, String> environment = environment(wanted);
        running.require(searchPath(environment));
        BoundedRun.Result result =
                BoundedRun.of(running, environment, within, BoundedRun.newName(), program -> {}, where -> {});
        requireSuccess(running, result);
        if (result.cut()) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    running + ": it printed more than " + BoundedRun.KEPT
                            + " bytes, expected one short line an instance;"
                            + " nothing was changed; make it print less");
        }
        int number = 0;
        for (String line : result.output().lines().toList()) {
            number++;
            String[] words = line.strip().split("\\s+");
            if (words.length == 2) {
                instances.add(new Running(words[0], words[1].equals(wanted.id()), Running.Proof.LABEL));
            } else if (!line.isBlank()) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        running + ": line " + number + " of its output has " + words.length
                                + " words, expected two, an instance and its generation; nothing was changed; correct the"
                                + " program");
            }
        }
        return List.copyOf(instances);
    }

    @Override
    public List<Finding> preflight() {
        List<Finding> findings = new ArrayList<>();
        String searchPath = searchPath(environment(new Generation("preflight")));
        roll.trouble(searchPath).ifPresent(findings::add);
        if (!running.arguments().isEmpty()) {
            running.trouble(searchPath).ifPresent(findings::add);
        }
        return List.copyOf(findings);
    }

    private void requireSuccess(Command command, BoundedRun.Result result) {
        if (result.ended() && result.status() == 0) {
            return;
        }
        String said = Scrubber.lastLines(result.errors().isBlank() ? result.output() : result.errors(), LINES, WIDTH);
        throw new AdapterException(
                Reason.UNAVAILABLE,
                command
                        + (result.ended()
                                ? ": it ended with status " + result.status() + ", expected 0"
                                : ": it did not end within " + within.toMillis() + " ms and was killed"
                                        + (result.survivors() == 0
                                                ? " with all that it started"
                                                : ", but " + result.survivors() + " of its processes live on"))
                        + (said.isEmpty() ? "; it printed nothing" : "; it printed: " + said)
                        + "; whatever it did until then stays done; run it by hand in " + command.directory()
                        + " to see what it needs");
    }

    private static Map<String, String> environment(Generation generation) {
        return ChildEnvironment.of(System.getenv(), generation);
    }

    private static String searchPath(Map<String, String> environment) {
        return environment.getOrDefault("PATH", "/usr/bin:/bin");
    }
}
