package dev.keyturn.starter;

import dev.keyturn.starter.console.Console;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.logging.Level;

/** One start of the command line: what its options say, and what commands need of the process. */
public final class Session {
    private final Surroundings surroundings;
    private final RootCommand options;
    private volatile boolean runBegan;
    private boolean answered;

    Session(Surroundings surroundings, RootCommand options) {
        this.surroundings = surroundings;
        this.options = options;
    }

    /** As the options want it; call it after they were read. */
    public Console console() {
        return new Console(
                surroundings.streams(), surroundings.terminal(), options.json(), options.quiet(), options.colours());
    }

    public Clock clock() {
        return surroundings.clock().get();
    }

    /** The engine that is installed. From here on libraries log nothing, or their warnings with {@code --debug}. */
    public Environments engine() {
        Logging.only(options.debug() ? Level.WARNING : Level.OFF);
        return surroundings.engine().get();
    }

    /** Opens the environment whose manifest the options or KEYTURN_MANIFEST name. */
    public Environment open() {
        return engine().open(options.manifest(surroundings.variables()));
    }

    /** Who asks, for the audit: behind {@code sudo} the person, not the account. */
    public String user() {
        var user = System.getProperty("user.name", "unknown");
        var person = surroundings.variables().getOrDefault("SUDO_USER", "");
        return person.isEmpty() || person.equals(user) ? user : person + " as " + user;
    }

    /**
     * Runs in the foreground: shows the steps, and turns the first signal into the wish to abort; the second leaves
     * the run as it is, for the next command to go on.
     */
    public Outcome run(Environment environment, Request request) {
        return run(environment, request, progress -> {});
    }

    /** As {@link #run(Environment, Request)}, with somebody else who is told how far the run is. */
    public Outcome run(Environment environment, Request request, Consumer<Progress> also) {
        Consumer<Progress> watcher = progress -> runBegan = true;
        var runner = Thread.currentThread();
        try (var steps = console().steps()) {
            IntConsumer heard = count -> {
                if (count == 1) {
                    steps.note(
                            "Stopping. Before the commit point the run puts back what it found, after it the run goes on"
                                    + " to its end. A second Ctrl-C leaves it as it is.");
                    runner.interrupt();
                } else {
                    steps.close();
                    console()
                            .complain(
                                    "Left in the middle of a run. What it changed so far is written down in the store."
                                            + " Go on with: keyturn repair");
                    surroundings.leave().accept(ExitCode.UNSETTLED.code());
                }
            };
            try (var listening = surroundings.signals().listen(heard)) {
                return environment.run(request, watcher.andThen(also).andThen(steps), steps::note);
            }
        } finally {
            // A wish that came as the run ended must not hit what is done afterwards.
            var unused = Thread.interrupted();
        }
    }

    /** Works for a Temporal server until the first signal; the second leaves at once. */
    public void work(Environment environment) {
        var worker = Thread.currentThread();
        IntConsumer heard = count -> {
            if (count == 1) {
                console().complain("Stopping: steps that run now are finished first. A second Ctrl-C leaves at once.");
                worker.interrupt();
            } else {
                surroundings.leave().accept(ExitCode.UNSETTLED.code());
            }
        };
        try (var listening = surroundings.signals().listen(heard)) {
            Logging.only(options.debug() ? Level.INFO : Level.WARNING);
            environment.work();
        } finally {
            var unused = Thread.interrupted();
        }
    }

    /** Whether something may have been changed already: the engine has told of a run. */
    boolean runBegan() {
        return runBegan;
    }

    boolean debug() {
        return options.debug();
    }

    /** Whether the standard output has its document or page, so that a later trouble must not add a second one. */
    boolean answered() {
        return answered;
    }

    /** To be called by whoever writes the answer. */
    public void markAnswered() {
        answered = true;
    }
}
