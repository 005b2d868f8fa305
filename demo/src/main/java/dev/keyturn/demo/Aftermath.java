package dev.keyturn.demo;

import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.ReportText;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import dev.keyturn.workflows.environment.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The demo after a crash: another process finds what the first one left, and repairs it. */
final class Aftermath {
    private final Session session;
    private final Narrator narrator;

    Aftermath(Session session, Narrator narrator) {
        this.session = session;
        this.narrator = narrator;
    }

    /**
     * Repairs and shows, unless it is only to be removed; and removes it.
     *
     * @throws EnvironmentException if no demo has crashed
     */
    boolean after(boolean onlyRemove) throws IOException {
        Place place = Place.ofCrash();
        if (!place.isOurs()) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.REFUSED,
                    "No demo that crashed is in " + place.root() + ". Nothing was changed. Next: keyturn demo --crash");
        }
        if (!onlyRemove) {
            repair(place);
        }
        narrator.chapter("The end");
        List<Path> left = place.remove();
        narrator.prove(
                left.isEmpty(),
                "nothing left",
                left.isEmpty() ? "servers and consumer have ended, their folders are removed" : "still there: " + left);
        return narrator.end();
    }

    private void repair(Place place) throws IOException {
        try (Environment environment = session.engine().open(place.manifest())) {
            narrator.chapter("What the crash left");
            Status status = environment.status();
            narrator.prove(
                    status.open().isPresent(),
                    "store",
                    status.open()
                            .map(run -> "run " + run.id() + " is not finished; next: " + status.next())
                            .orElse("no run is open"));
            narrator.say("What the consumer sees since then: it still has the old values.");
            narrator.say(
                    new ConsumerView(place).since(Instant.now().minusSeconds(2)).toArray(String[]::new));
            narrator.chapter("The repair (keyturn repair)");
            Outcome outcome = session.run(environment, Request.of(environment.name(), Purpose.REPAIR, session.user()));
            narrator.show(page -> ReportText.add(page, outcome));
            boolean done = outcome.kind() == Outcome.Kind.DONE;
            narrator.prove(
                    done || outcome.kind() == Outcome.Kind.ROLLED_BACK,
                    "outcome",
                    done ? "done" : outcome.kind() == Outcome.Kind.ROLLED_BACK ? "rolled back" : "neither");
            Evidence evidence = new Evidence(place, narrator);
            if (done) {
                evidence.rotated();
            } else {
                evidence.asBefore();
            }
            narrator.chapter(
                    "What the consumer saw from its start on", "Its gap is the time from the switch to the repair.");
            narrator.say(new ConsumerView(place).since(Instant.EPOCH).toArray(String[]::new));
            evidence.backup();
        }
    }
}
