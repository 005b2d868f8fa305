package dev.keyturn.steps.run;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Known;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.look.Survey;
import dev.keyturn.steps.plan.Itinerary;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.store.Run;
import dev.keyturn.workflows.contract.Lease;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Settlement;
import dev.keyturn.workflows.contract.Settlement.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at everything that a run could have touched and says how to end it. */
final class Examination {
    private final Journey journey;

    Examination(Journey journey) {
        this.journey = journey;
    }

    /** @throws AdapterException UNAVAILABLE while anything does not answer: then nothing is decided */
    Settlement settle(Lease lease, boolean back) {
        Run run = journey.run();
        // An import changes the store alone: whatever is outside, it has nothing to bring to an end there.
        boolean nothingOutside = run.phase() == Run.Phase.PREPARED || run.purpose() == Purpose.IMPORT;
        Found found = nothingOutside ? new Found(List.of(), List.of()) : look();
        found.all().filter(o -> o.stand() == Stand.UNREACHABLE).findFirst().ifPresent(o -> {
            throw new AdapterException(
                    AdapterException.Reason.UNAVAILABLE,
                    "The " + o.name() + " does not answer (" + o.detail()
                            + "), so nothing can be decided and nothing was changed. Once it answers: keyturn repair");
        });
        Direction direction = direction(found, back);
        return new Settlement(lease, direction, passes(direction), Recovery.unknown(found), true);
    }

    /** A repair has nothing behind it to go back to: both its sides are what the store calls current. */
    private Direction direction(Found found, boolean back) {
        Run run = journey.run();
        Direction direction = Recovery.decide(run.phase(), found, back);
        boolean onward = run.purpose() == Purpose.REPAIR && run.phase() == Run.Phase.CHANGING && !back;
        return onward && direction == Direction.BACK ? Direction.COMMIT : direction;
    }

    private Found look() {
        Set<String> names = journey.subjects().stream().map(Subject::name).collect(Collectors.toSet());
        Survey survey = new Survey(
                journey.manifest(),
                journey.state(),
                journey.values(),
                journey.site().backedUp());
        Copies copies = Copies.read(journey.site());
        try (Servers servers = journey.servers()) {
            Found found = survey.look(servers, copies, names);
            boolean inPlayOnly = journey.run().purpose() != Purpose.ROTATE;
            return inPlayOnly ? new Found(inPlay(found.accounts()), untouchedLeftOut(found)) : found;
        }
    }

    /** Accounts that the run does not touch, because their server was not there, decide nothing. */
    private List<Found.AccountFound> inPlay(List<Found.AccountFound> accounts) {
        return accounts.stream()
                .filter(a ->
                        journey.run().moves().get(a.secret().name()).course().isPassword())
                .filter(a -> !mayBeReplaced(a, a.secret().name(), Run.Overwrite.EVERYTHING))
                .toList();
    }

    private List<Found.CopyFound> untouchedLeftOut(Found found) {
        return found.copies().stream()
                .filter(c -> !mayBeReplaced(c, c.reference().secret(), Run.Overwrite.COPIES))
                .toList();
    }

    /** What may be overwritten on the way forward was not known when the run began; and a repair replaces every version of the store. */
    private boolean mayBeReplaced(Found.Seen object, String secret, Run.Overwrite least) {
        boolean overwritten = journey.run().moves().get(secret).overwrite().compareTo(least) >= 0;
        boolean mended = journey.run().purpose() == Purpose.REPAIR && object.known() instanceof Known.InStore;
        return object.stand() == Stand.NEITHER && (overwritten || mended);
    }

    private List<Pass> passes(Direction direction) {
        Itinerary itinerary = new Itinerary(journey.manifest(), journey.subjects());
        boolean storeOnly = journey.run().purpose() == Purpose.IMPORT;
        boolean untouched = journey.run().phase() == Run.Phase.PREPARED;
        if (storeOnly || (untouched && direction == Direction.BACK)) {
            return List.of();
        }
        return switch (direction) {
            case BACK -> itinerary.back();
            case COMMIT -> itinerary.forward();
            case FORWARD -> {
                List<Pass> passes = new ArrayList<>(itinerary.forward());
                passes.addAll(itinerary.afterCommit());
                yield passes;
            }
            case NOTHING, DRIFT, UNDECIDED -> List.of();
        };
    }
}
