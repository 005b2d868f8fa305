package dev.keyturn.steps.plan;

import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.store.Due;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Origin;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which secrets a request changes, and why some cannot be. Pure. */
public final class Selection {
    private final Manifest manifest;
    private final State state;
    private final Instant now;
    private final Predicate<String> providedDiffers;
    private final Function<Secret, Adoption> adoption;
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private final List<Remark> remarks = new ArrayList<>();

    /**
     * @param now for what waits for its time
     * @param providedDiffers whether the operator's file holds another value of this secret than the current one
     * @param adoption whether a value of this secret is there to be taken over; asked only about one that has none
     */
    public Selection(
            Manifest manifest,
            State state,
            Instant now,
            Predicate<String> providedDiffers,
            Function<Secret, Adoption> adoption) {
        this.manifest = manifest;
        this.state = state;
        this.now = now;
        this.providedDiffers = providedDiffers;
        this.adoption = adoption;
    }

    /** Makes the selection; to be called once. */
    public Selection select(Request request) {
        request.only().stream()
                .filter(name -> !manifest.secrets().containsKey(name))
                .forEach(name -> refuse(name, "not in the manifest", "a secret of the manifest", "keyturn list"));
        for (Secret secret : manifest.secrets().values()) {
            boolean named = request.only().contains(secret.name());
            if (named || request.only().isEmpty()) {
                consider(request, secret, named);
            }
        }
        followDerived();
        return this;
    }

    public List<Wanted> wanted() {
        return manifest.secrets().keySet().stream()
                .filter(wanted::containsKey)
                .map(wanted::get)
                .toList();
    }

    public List<Remark> remarks() {
        return List.copyOf(remarks);
    }

    private void consider(Request request, Secret secret, boolean named) {
        switch (request.purpose()) {
            case ROTATE -> rotate(secret, named);
            case SETUP -> setUp(secret, request.force());
            case IMPORT -> adopt(secret);
            case REPAIR -> mend(secret);
        }
    }

    private void rotate(Secret secret, boolean named) {
        if (secret.kind() instanceof Kind.Immutable immutable) {
            if (named) {
                refuse(
                        secret.name(),
                        "is immutable: " + immutable.reason(),
                        "a secret that may change",
                        "keyturn list");
            }
        } else if (secret.kind() instanceof Kind.Derived derived) {
            if (named) {
                String sources = String.join(", ", sourcesOf(derived));
                refuse(
                        secret.name(),
                        "is derived from " + sources,
                        "a secret of its own",
                        "keyturn rotate --only " + sources.replace(", ", ","));
            }
        } else if (current(secret) == 0) {
            refuse(
                    secret.name(),
                    "has no value in the store yet",
                    "a current version",
                    "keyturn import, or keyturn setup");
        } else if (secret.kind() instanceof Kind.Provided provided) {
            if (providedDiffers.test(secret.name())) {
                next(secret, Origin.PROVIDED, "the provider must delete the old value");
            } else if (named) {
                refuse(
                        secret.name(),
                        provided.envFile() + " still holds the current value",
                        "the new value, as obtained from the provider, under " + provided.key(),
                        "put it there, then: keyturn rotate --only " + secret.name());
            }
        } else {
            next(secret, Origin.GENERATED, noteOf(secret));
        }
    }

    private void setUp(Secret secret, boolean force) {
        if (force && secret.kind() instanceof Kind.Generated) {
            next(secret, Origin.GENERATED, current(secret) == 0 ? "the first value" : "replaced because of --force");
        } else if (isMissing(secret)) {
            Adoption found = adoption.apply(secret);
            boolean nowhere = found instanceof Adoption.Nothing nothing
                    && nothing.unopened().isEmpty();
            if (nowhere && secret.kind() instanceof Kind.Generated) {
                next(secret, Origin.GENERATED, "the first value");
            } else {
                takeOver(secret, found, "keyturn setup");
            }
        }
    }

    private void adopt(Secret secret) {
        if (isMissing(secret)) {
            takeOver(secret, adoption.apply(secret), "keyturn import");
        }
    }

    /** What is derived is made anew from its parts, whatever copies of it say. */
    private boolean isMissing(Secret secret) {
        return current(secret) == 0 && !(secret.kind() instanceof Kind.Derived);
    }

    private void takeOver(Secret secret, Adoption found, String command) {
        if (found instanceof Adoption.Possible possible) {
            next(secret, possible.origin(), possible.note());
        } else if (found instanceof Adoption.Undecided undecided) {
            refuse(
                    undecided.object(),
                    undecided.found(),
                    undecided.expected(),
                    "put the right value at each of its places, then: " + command
                            + (secret.kind() instanceof Kind.Generated && command.equals("keyturn setup")
                                    ? "; or set a new one: keyturn setup --force"
                                    : ""));
        } else if (found instanceof Adoption.Nothing nothing) {
            String what = secret.kind() instanceof Kind.Immutable immutable
                    ? "is immutable (" + immutable.reason() + ") and is published nowhere"
                    : "no publication holds a value of it";
            refuse(
                    secret.name(),
                    what + ", nor does a backup" + nothing.unopened(),
                    secret.kind() instanceof Kind.Provided provided
                            ? "its value under " + provided.key() + " in " + provided.envFile()
                            : "its value at one of its publications",
                    "put it there, then: " + command);
        }
    }

    private void mend(Secret secret) {
        int current = current(secret);
        Optional<Due> last = state.due(secret.name());
        if (current > 0 && last.isPresent() && !last.get().notBefore().isAfter(now)) {
            String note = "version " + last.get().version() + " is verified no longer: its time is over";
            wanted.put(secret.name(), new Wanted(secret, last.get().version(), current, Origin.ADOPTED, note));
        } else if (current > 0) {
            wanted.put(
                    secret.name(),
                    new Wanted(secret, current, current, Origin.ADOPTED, "places are brought back to it"));
        }
    }

    private void followDerived() {
        Collection<String> moved = wanted.values().stream()
                .filter(w -> w.isNew() && w.to() != current(w.secret()))
                .map(w -> w.secret().name())
                .toList();
        for (Secret secret : new Uses(manifest).withDerived(moved)) {
            if (secret.kind() instanceof Kind.Derived derived && !moved.contains(secret.name())) {
                next(secret, Origin.DERIVED, "follows " + String.join(", ", sourcesOf(derived)));
            }
        }
        for (Secret secret : manifest.secrets().values()) {
            boolean missing = secret.kind() instanceof Kind.Derived && current(secret) == 0;
            if (missing && !moved.isEmpty() && !wanted.containsKey(secret.name()) && canBeMade(secret)) {
                next(secret, Origin.DERIVED, "put together from what is current");
            }
        }
    }

    /** Whether everything that a derived secret is made of has a value, or is to have one. */
    private boolean canBeMade(Secret derived) {
        return new Uses(manifest)
                .parts(derived.name()).stream()
                        .map(manifest.secrets()::get)
                        .filter(part -> !(part.kind() instanceof Kind.Derived))
                        .allMatch(part -> current(part) > 0 || wanted.containsKey(part.name()));
    }

    private void next(Secret secret, Origin origin, String note) {
        wanted.put(secret.name(), new Wanted(secret, current(secret), state.nextNumber(secret.name()), origin, note));
    }

    private String noteOf(Secret secret) {
        Optional<Due> waiting = state.due(secret.name());
        if (waiting.isPresent()) {
            // There is one second place: it goes to the version that is current now.
            return "version " + waiting.get().version() + ", which is still verified, is verified no longer";
        }
        boolean signs = secret.account().isEmpty() && secret.kind() instanceof Kind.Generated;
        boolean second = manifest.publications().stream()
                .flatMap(p -> p.fields().values().stream())
                .anyMatch(r -> r.secret().equals(secret.name()) && r.part() == Reference.Part.PREVIOUS);
        return signs && !second ? "what was signed with the old value ends" : "";
    }

    private int current(Secret secret) {
        return state.current(secret.name()).map(Version::number).orElse(0);
    }

    private static List<String> sourcesOf(Kind.Derived derived) {
        return derived.template().references().stream()
                .map(reference -> reference.secret())
                .distinct()
                .toList();
    }

    private void refuse(String secret, String found, String expected, String next) {
        remarks.add(new Remark(Remark.Severity.BLOCKS, secret, found, expected, next));
    }
}
