package dev.keyturn.steps.run;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Intent;
import dev.keyturn.steps.store.Run;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes one publication hold what an arrangement wants. What is there was either known before, or is left alone. */
final class Publications {
    private final Journey journey;
    private final Publication publication;
    private final Publisher publisher;

    Publications(Journey journey, String name) {
        this.journey = journey;
        this.publication = journey.site().publication(name);
        this.publisher = journey.site().publisher(publication);
    }

    Effect publish(String arrangement) {
        Snapshot found = publisher.read();
        Snapshot wanted = arrangement.equals(Arrangement.START) ? asBefore(found) : asWanted(found, arrangement);
        boolean change = !wanted.equals(found);
        if (change) {
            refuseUnknown(found, wanted);
            Intent intent = new Intent(
                    journey.run().id(), arrangement, publication.name(), before(found), wanted, Optional.empty());
            journey.site().store().update(journey.fence(), state -> state.withIntent(intent));
        } else if (intents().isEmpty()) {
            return Effect.NOTHING;
        }
        // Also when an earlier try has written all: it may have been cut off before that was durable, and left
        // something behind.
        publisher.write(journey.fence(), found, wanted);
        return change ? Effect.of(true, publication.fields().size() + " fields") : Effect.NOTHING;
    }

    private Snapshot asWanted(Snapshot found, String arrangement) {
        return publisher.render(found, wantedValues(arrangement));
    }

    /**
     * What was there before the run: byte for byte if only the run has written since; otherwise the values of before, within what
     * somebody else has meanwhile made of the rest.
     */
    private Snapshot asBefore(Snapshot found) {
        List<Intent> ours = intents();
        if (ours.isEmpty()) {
            return found;
        }
        Snapshot before = ours.get(0).before();
        boolean onlyOurs = Stream.concat(found.parts().keySet().stream(), before.parts().keySet().stream())
                .allMatch(part ->
                        Objects.equals(found.parts().get(part), before.parts().get(part))
                                || ours.stream()
                                        .anyMatch(i -> Objects.equals(
                                                found.parts().get(part),
                                                i.wanted().parts().get(part))));
        if (onlyOurs) {
            return before;
        }
        Map<Field, SecretValue> values =
                publisher.values(before, publication.fields().keySet());
        Set<Field> added = new HashSet<>(publication.fields().keySet());
        added.removeAll(values.keySet());
        return publisher.without(publisher.render(found, values), added);
    }

    /** Every value that is about to be overwritten must be one that the run knows; an empty place holds none. */
    private void refuseUnknown(Snapshot found, Snapshot wanted) {
        Map<Field, SecretValue> here =
                publisher.values(found, publication.fields().keySet());
        Map<Field, SecretValue> next =
                publisher.values(wanted, publication.fields().keySet());
        here.forEach((field, value) -> {
            Reference reference = publication.fields().get(field);
            boolean overwritten = value.length() > 0 && !value.equals(next.get(field));
            if (overwritten && !isKnown(reference, value)) {
                throw new AdapterException(
                        AdapterException.Reason.DRIFT,
                        publication.name() + ", " + field + ": found a value of " + value.length()
                                + " characters that is neither the old nor the new version of " + reference.secret()
                                + ". It was not overwritten. Next: keyturn check");
            }
        });
    }

    private boolean isKnown(Reference reference, SecretValue value) {
        if (journey.run().moves().containsKey(reference.secret())
                && journey.run().moves().get(reference.secret()).overwrite() != Run.Overwrite.NOTHING) {
            return true;
        }
        Values values = journey.values();
        return switch (reference.part()) {
            case USER ->
                values.resolve(reference, journey.wish(reference.secret(), Arrangement.START))
                        .equals(Optional.of(value));
            case VALUE, PREVIOUS ->
                Stream.of(Which.OLD, Which.NEW)
                                .flatMap(which -> values.value(reference.secret(), which).stream())
                                .anyMatch(value::equals)
                        || journey.state().versions().stream()
                                .anyMatch(v -> v.secret().equals(reference.secret())
                                        && v.value().equals(Optional.of(value)));
        };
    }

    private Map<Field, SecretValue> wantedValues(String arrangement) {
        return journey.values().fields(publication, secret -> journey.wish(secret, arrangement));
    }

    private Snapshot before(Snapshot found) {
        return intents().stream().map(Intent::before).findFirst().orElse(found);
    }

    private List<Intent> intents() {
        return journey.state().intents().stream()
                .filter(i -> i.run().equals(journey.run().id()) && i.object().equals(publication.name()))
                .toList();
    }
}
