package dev.keyturn.demo;

import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.PlanText;
import dev.keyturn.starter.console.ReportText;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Progress;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** The demo from its beginning: a system, a plan, a rotation, and what can be shown afterwards. */
final class Story {
    private static final Duration AFTERLIFE = Duration.ofMinutes(15);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Session session;
    private final Narrator narrator;
    private final Trouble trouble;

    Story(Session session, Narrator narrator, Trouble trouble) {
        this.session = session;
        this.narrator = narrator;
        this.trouble = trouble;
    }

    /** Whether everything that it is meant to show was shown. */
    boolean tell() throws IOException {
        Place place = place();
        List<Path> folders;
        try (DemoSystem system = begin(place);
                Environment environment = session.engine().open(place.manifest())) {
            folders = place.folders();
            takeOver(environment);
            Plan plan = plan(environment);
            Instant began = Instant.now();
            Outcome outcome = rotate(place, system, environment, plan);
            report(outcome);
            prove(place, plan, began);
        }
        narrator.prove(
                folders.stream().noneMatch(Files::exists),
                "nothing left",
                "servers and consumer have ended, their folders are removed");
        return narrator.end();
    }

    private Place place() throws IOException {
        if (trouble != Trouble.CRASH) {
            return Place.temporary();
        }
        Place place = Place.ofCrash();
        if (Files.exists(place.root(), LinkOption.NOFOLLOW_LINKS)) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.REFUSED,
                    "A demo that crashed is still in " + place.root() + ". Nothing was started."
                            + " Next: keyturn demo --resume, or keyturn demo --clean");
        }
        place.create();
        return place;
    }

    private DemoSystem begin(Place place) throws IOException {
        DemoSystem system = DemoSystem.start(place, PATIENCE);
        narrator.chapter(
                "A system as you may have it",
                "PostgreSQL with five accounts and Redis with one, started for this demo alone; eleven secrets",
                "in key files, an env file with URLs made from them; and a consumer that reads the env file when it",
                "starts, and then logs in anew ten times a second at each of three accounts.");
        narrator.prove(List.of(new ConsumerView(place).worksNow()));
        return system;
    }

    private void takeOver(Environment environment) {
        narrator.chapter(
                "Keyturn takes over the values that are there (keyturn import)",
                "They go into its encrypted store; no account and no file is changed.");
        Outcome outcome =
                environment.run(Request.of(environment.name(), Purpose.IMPORT, session.user()), progress -> {});
        narrator.prove(outcome.kind() == Outcome.Kind.DONE, "import", outcome.summary());
    }

    private Plan plan(Environment environment) {
        narrator.chapter("What would a rotation do? (keyturn plan)");
        Plan plan = environment.plan(wish(environment));
        narrator.show(page -> PlanText.add(page, plan));
        return plan;
    }

    private Request wish(Environment environment) {
        return new Request(environment.name(), Purpose.ROTATE, List.of(), true, false, "the demo", session.user(), "");
    }

    private Outcome rotate(Place place, DemoSystem system, Environment environment, Plan plan) throws IOException {
        narrator.chapter("The rotation (keyturn rotate)", what());
        Outage outage = new Outage(system.postgres());
        Consumer<Progress> watcher = trouble == Trouble.DATABASE ? outage : progress -> {};
        switch (trouble) {
            case NONE, DATABASE -> {}
            case REDEPLOY -> Files.createFile(place.failNext());
            case CRASH -> prepareCrash(place);
        }
        Outcome outcome = session.run(environment, wish(environment).withDigest(plan.digest()), watcher);
        if (trouble == Trouble.DATABASE) {
            Duration gone = outage.duration();
            narrator.prove(
                    !gone.isZero(),
                    "outage",
                    gone.isZero()
                            ? "PostgreSQL was not killed within the switch, or did not come back"
                            : "PostgreSQL was killed within the switch and came back after "
                                    + Amounts.duration(gone.toMillis()));
        }
        return outcome;
    }

    private String what() {
        return switch (trouble) {
            case NONE -> "The consumer goes on logging in while this happens.";
            case REDEPLOY -> "The consumer will not be able to start with the new values: its disk is full, it says.";
            case DATABASE ->
                "PostgreSQL will be killed (SIGKILL) in the middle of its switch, and stay away for longer than the"
                        + " patience in the manifest, " + PATIENCE.toSeconds() + " s.";
            case CRASH ->
                "Keyturn will be killed (SIGKILL) after the switch: all accounts new, the consumer still on the old"
                        + " values. Go on with: keyturn demo --resume (within " + AFTERLIFE.toMinutes() + " min)";
        };
    }

    /** On every way but the one intended nothing must live on. */
    private static void prepareCrash(Place place) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(place::endAfterlife));
        place.grantAfterlife(AFTERLIFE);
        Files.writeString(place.killNext(), ProcessHandle.current().pid() + "\n");
    }

    private void report(Outcome outcome) {
        narrator.chapter("What Keyturn reports");
        narrator.show(page -> ReportText.add(page, outcome));
        Outcome.Kind expected = trouble == Trouble.NONE ? Outcome.Kind.DONE : Outcome.Kind.ROLLED_BACK;
        narrator.prove(
                outcome.kind() == expected, "outcome", outcome.kind() == Outcome.Kind.DONE ? "done" : "rolled back");
    }

    private void prove(Place place, Plan plan, Instant began) throws IOException {
        Evidence evidence = new Evidence(place, narrator);
        if (trouble == Trouble.NONE) {
            evidence.rotated();
            narrator.chapter(
                    "What the consumer saw, against the plan",
                    "A gap is the time between two logins that succeeded, its own restart included.");
            narrator.prove(new ConsumerView(place).against(plan.gaps(), began));
            evidence.backup();
        } else {
            evidence.asBefore();
            narrator.chapter("What the consumer saw");
            narrator.say(new ConsumerView(place).since(began).toArray(String[]::new));
        }
        narrator.chapter("The end");
    }
}
