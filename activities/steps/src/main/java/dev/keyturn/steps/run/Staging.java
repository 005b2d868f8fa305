package dev.keyturn.steps.run;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.secret.ProvidedValues;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes a run's new versions. A version that is there already is never made anew, so a run that is resumed keeps its values. */
final class Staging {
    private final Manifest manifest;
    private final Copies copies;
    private final Instant now;

    Staging(Manifest manifest, Copies copies, Instant now) {
        this.manifest = manifest;
        this.copies = copies;
        this.now = now;
    }

    /** The state with every new version of the run pending: first those with values of their own, then the derived. */
    State stage(State state, Run run) {
        return add(add(state, run, origin -> origin != Origin.DERIVED), run, origin -> origin == Origin.DERIVED);
    }

    /** Like {@link #stage}, without generating, nor deriving from what is not generated yet: for a look before the lock is held. */
    State preview(State state, Run run) {
        return add(state, run, origin -> origin != Origin.GENERATED);
    }

    private State add(State state, Run run, Predicate<Origin> which) {
        State next = state;
        // A derived secret may be made of derived ones, so go round until nothing is added.
        boolean added = true;
        while (added) {
            added = false;
            for (Secret secret : manifest.secrets().values()) {
                Optional<Version> version = missing(next, run, secret, which);
                if (version.isPresent()) {
                    next = next.withVersions(List.of(version.get()));
                    added = true;
                }
            }
        }
        return next;
    }

    private Optional<Version> missing(State state, Run run, Secret secret, Predicate<Origin> which) {
        Run.Move move = run.moves().get(secret.name());
        boolean isNew =
                move != null && !run.from().get(secret.name()).equals(run.to().get(secret.name()));
        if (!isNew
                || !which.test(move.origin())
                || state.version(secret.name(), run.to().get(secret.name())).isPresent()) {
            return Optional.empty();
        }
        return value(state, run, secret, move.origin())
                .map(value -> new Version(
                        secret.name(),
                        run.to().get(secret.name()),
                        Version.Status.PENDING,
                        move.origin(),
                        Optional.of(value),
                        now,
                        now,
                        false));
    }

    private Optional<SecretValue> value(State state, Run run, Secret secret, Origin origin) {
        return switch (origin) {
            case GENERATED ->
                secret.kind() instanceof Kind.Generated generated
                        ? Optional.of(generated.generator().generate())
                        : Optional.empty();
            case PROVIDED ->
                secret.kind() instanceof Kind.Provided provided
                        ? ProvidedValues.read(secret, provided, manifest.production())
                                .value()
                        : Optional.empty();
            case ADOPTED -> copies.agreed(secret.name());
            case DERIVED ->
                secret.kind() instanceof Kind.Derived derived
                        ? derive(new Values(manifest, state, run), run, derived)
                        : Optional.empty();
        };
    }

    private static Optional<SecretValue> derive(Values values, Run run, Kind.Derived derived) {
        List<Optional<SecretValue>> parts = new ArrayList<>();
        derived.template().references().forEach(reference -> {
            Course course = run.moves().containsKey(reference.secret())
                    ? run.moves().get(reference.secret()).course()
                    : Course.DERIVED;
            parts.add(values.resolve(reference, course.heldAt(Arrangement.PROMOTE)));
        });
        if (parts.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        return Optional.of(derived.template().render(reference -> {
            int at = derived.template().references().indexOf(reference);
            return parts.get(at).orElseThrow();
        }));
    }
}
