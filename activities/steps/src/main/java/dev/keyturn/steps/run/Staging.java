package dev.keyturn.steps.run;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.look.Candidates;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.secret.ProvidedValues;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Due;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes a run's new versions. A version that is there already is never made anew, so a run that is resumed keeps its values. Where a secret had
 * none, values that are published and are not the one it gets are kept too, as abandoned ones: so they are recognised when the copies are made the
 * same, and nothing that was found is lost.
 */
final class Staging {
    private final Manifest manifest;
    private final Candidates candidates;
    private final Instant now;

    Staging(Manifest manifest, Candidates candidates, Instant now) {
        this.manifest = manifest;
        this.candidates = candidates;
        this.now = now;
    }

    /** The state with every new version of the run pending: first those with values of their own, then the derived. */
    State stage(State state, Run run) {
        State made = add(state, run, origin -> origin != Origin.DERIVED);
        return keepOthers(add(made, run, origin -> origin == Origin.DERIVED), run);
    }

    /** Like {@link #stage}, without generating, nor deriving from what is not generated yet: for a look before the lock is held. */
    State preview(State state, Run run) {
        return keepOthers(add(state, run, origin -> origin != Origin.GENERATED), run);
    }

    /** Looks at what may be taken over, before the store is held: asking servers and opening backups takes its time. */
    void look(State state, Run run) {
        manifest.secrets().values().stream()
                .filter(secret -> isFirst(run, secret) && !isMade(state, run, secret))
                .forEach(secret -> candidates.others(secret, candidates.value(secret)));
    }

    private static boolean isFirst(Run run, Secret secret) {
        return Integer.valueOf(0).equals(run.from().get(secret.name())) && !(secret.kind() instanceof Kind.Derived);
    }

    private static boolean isMade(State state, Run run, Secret secret) {
        return state.version(secret.name(), run.to().get(secret.name())).isPresent();
    }

    private State keepOthers(State state, Run run) {
        State next = state;
        for (Secret secret : manifest.secrets().values()) {
            if (isFirst(run, secret)) {
                int chosen = run.to().get(secret.name());
                Optional<SecretValue> taken =
                        next.version(secret.name(), chosen).flatMap(Version::value);
                next = keepVerified(next, secret, chosen, taken);
                for (SecretValue other : candidates.others(secret, taken)) {
                    if (next.versionOf(secret.name(), other).isEmpty()) {
                        next = next.withVersions(List.of(found(next, secret, chosen, Version.Status.ABANDONED, other)));
                    }
                }
            }
        }
        return next;
    }

    /** What is verified still stays so for as long as after a rotation. */
    private State keepVerified(State state, Secret secret, int chosen, Optional<SecretValue> taken) {
        Optional<SecretValue> verified = candidates.verified(secret, taken);
        if (verified.isEmpty()
                || state.versionOf(secret.name(), verified.get()).isPresent()
                || !(secret.kind() instanceof Kind.Generated ring)) {
            return state;
        }
        Version previous = found(state, secret, chosen, Version.Status.PREVIOUS, verified.get());
        Instant until = now.plus(ring.overlap().orElse(Duration.ZERO));
        return state.withVersions(List.of(previous)).withDue(new Due(secret.name(), previous.number(), until));
    }

    private Version found(State state, Secret secret, int chosen, Version.Status status, SecretValue value) {
        int number = Math.max(state.nextNumber(secret.name()), chosen + 1);
        return new Version(secret.name(), number, status, Origin.ADOPTED, Optional.of(value), now, now, false);
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
            case ADOPTED -> candidates.value(secret);
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

    /** @throws Refusal if one that the run leads to is not there */
    static void requireEveryVersion(State state, Run run) {
        run.to().forEach((secret, number) -> {
            if (state.version(secret, number).isEmpty()) {
                throw new Refusal("Secret " + secret + ": version " + number + " could not be made, because what it is"
                        + " made from is not there any more. Nothing outside the store was changed."
                        + " Next: keyturn check");
            }
        });
    }
}
