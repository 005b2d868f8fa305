package dev.keyturn.steps.run;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Fence;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.arrangement.Wish;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Server;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.workflows.contract.Purpose;
import java.util.List;
import java.util.Optional;

/** A run under way, as one step sees it: the state read when the step began, and the fence under which it works. */
record Journey(Site site, Fence fence, State state, Run run) {

    Manifest manifest() {
        return site.manifest();
    }

    Values values() {
        return new Values(manifest(), state, run);
    }

    Servers servers() {
        return new Servers(manifest(), values(), fence.sessionName());
    }

    List<Subject> subjects() {
        return manifest().secrets().values().stream()
                .filter(secret -> run.moves().containsKey(secret.name()))
                .map(secret ->
                        new Subject(secret, run.moves().get(secret.name()).course()))
                .toList();
    }

    /** What the arrangement wants of a secret; one that the run does not change stays as it is. */
    Wish wish(String secret, String arrangement) {
        Run.Move move = run.moves().get(secret);
        // Of a secret outside the run both sides are its current version; a second place keeps what it had.
        return move == null
                ? Course.SIGNING_KEY_RING.heldAt(Arrangement.PROMOTE)
                : move.course().heldAt(arrangement);
    }

    /** Which of the two versions a password's account is to accept alone, in the end. */
    static Which target(String arrangement) {
        return arrangement.equals(Arrangement.START) || arrangement.equals(Arrangement.INTRODUCE)
                ? Which.OLD
                : Which.NEW;
    }

    /** The subjects whose accounts are on the server. */
    List<Subject> on(Server server) {
        return subjects().stream()
                .filter(s -> s.course().isPassword())
                .filter(s -> s.secret().account().orElseThrow().server().equals(server.name()))
                .toList();
    }

    boolean isAdministrator(Server server, Secret secret) {
        return server.administrator().equals(secret.name());
    }

    /** What an account may be found to accept besides what is wanted. */
    List<Credential> recognised(Secret secret, Which target) {
        Values values = values();
        return run.purpose() == Purpose.REPAIR
                ? values.known(secret)
                : values.credential(secret, target.other()).map(List::of).orElse(List.of());
    }

    Optional<Credential> credential(Secret secret, Which which) {
        return values().credential(secret, which);
    }
}
