package dev.keyturn.steps.site;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.arrangement.Wish;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.store.Due;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/** Which value a secret has on either side of a run, from what the store holds. */
public final class Values {
    private final Manifest manifest;
    private final State state;
    private final Map<String, Integer> from;
    private final Map<String, Integer> to;

    /** The values on either side of a run. */
    public Values(Manifest manifest, State state, Run run) {
        this(manifest, state, run.from(), run.to());
    }

    private Values(Manifest manifest, State state, Map<String, Integer> from, Map<String, Integer> to) {
        this.manifest = manifest;
        this.state = state;
        this.from = from;
        this.to = to;
    }

    /** Outside of a run both sides are the current version. */
    public static Values current(Manifest manifest, State state) {
        return new Values(manifest, state, Map.of(), Map.of());
    }

    /** The version's number; empty if the secret has no version on that side. */
    public OptionalInt number(String secret, Which which) {
        Integer number = (which == Which.OLD ? from : to).get(secret);
        if (number == null) {
            return state.current(secret).map(v -> OptionalInt.of(v.number())).orElse(OptionalInt.empty());
        }
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    public Optional<SecretValue> value(String secret, Which which) {
        return value(secret, number(secret, which));
    }

    private Optional<SecretValue> value(String secret, OptionalInt number) {
        return number.isEmpty()
                ? Optional.empty()
                : state.version(secret, number.getAsInt()).flatMap(Version::value);
    }

    /** The credential of an account's secret; empty if it opens no account, or has no value on that side. */
    public Optional<Credential> credential(Secret secret, Which which) {
        return secret.account()
                .flatMap(account -> value(secret.name(), which).map(value -> new Credential(account.user(), value)));
    }

    /** Every credential of the account that the store knows a value of, the newest first. */
    public List<Credential> known(Secret secret) {
        return known(secret, Comparator.comparingInt(Version::number).reversed());
    }

    private List<Credential> known(Secret secret, Comparator<Version> likeliestFirst) {
        return state.versions().stream()
                .filter(v -> v.secret().equals(secret.name()) && v.value().isPresent())
                .sorted(likeliestFirst)
                .map(v -> new Credential(
                        secret.account().orElseThrow().user(), v.value().orElseThrow()))
                .toList();
    }

    /**
     * What the administrator's account may accept now, the likeliest first: new, old, then what else is known. A retired value is the last resort:
     * a server that was restored from before a rotation has it again.
     */
    public List<Credential> administrator(Secret secret) {
        List<Credential> candidates = new ArrayList<>();
        credential(secret, Which.NEW).ifPresent(candidates::add);
        credential(secret, Which.OLD).filter(c -> !candidates.contains(c)).ifPresent(candidates::add);
        Comparator<Version> livingFirst = Comparator.comparing(v -> v.status() == Version.Status.RETIRED);
        known(
                        secret,
                        livingFirst.thenComparing(
                                Comparator.comparingInt(Version::number).reversed()))
                .stream()
                .filter(c -> !candidates.contains(c))
                .forEach(candidates::add);
        return candidates;
    }

    /** What stands for a reference under a wish; empty if there is no such value yet. */
    public Optional<SecretValue> resolve(Reference reference, Wish wish) {
        return switch (reference.part()) {
            case USER ->
                manifest.secrets()
                        .get(reference.secret())
                        .account()
                        .map(account -> SecretValue.of(account.user().name()));
            case VALUE -> value(reference.secret(), wish.use());
            case PREVIOUS -> value(reference.secret(), second(reference.secret(), wish));
        };
    }

    /** The number of what stands where a second value is published: a verifier of an earlier run that still waits for its time keeps the place. */
    public OptionalInt second(String secret, Wish wish) {
        Optional<Due> waiting =
                wish.second() == Which.OLD && !from.containsKey(secret) ? state.due(secret) : Optional.empty();
        return waiting.map(due -> OptionalInt.of(due.version())).orElseGet(() -> number(secret, wish.second()));
    }

    /** What a publication is to hold, where each secret's course says how it stands. */
    public Map<Field, SecretValue> fields(Publication publication, Function<String, Wish> wishes) {
        Map<Field, SecretValue> values = new TreeMap<>();
        publication
                .fields()
                .forEach((field, reference) -> resolve(reference, wishes.apply(reference.secret()))
                        .ifPresent(value -> values.put(field, value)));
        return values;
    }

    /** The course of a secret without an account; that of a password depends on its server. */
    public static Course courseWithoutAccount(Manifest manifest, Secret secret) {
        return switch (secret.kind().word()) {
            case "provided" -> Course.PROVIDED;
            case "derived" -> Course.DERIVED;
            default -> hasSecondPlace(manifest, secret) ? Course.SIGNING_KEY_RING : Course.SIGNING_KEY_SINGLE;
        };
    }

    private static boolean hasSecondPlace(Manifest manifest, Secret secret) {
        Reference second = new Reference(secret.name(), Reference.Part.PREVIOUS);
        return manifest.publications().stream()
                .anyMatch(p -> p.fields().values().stream().anyMatch(second::equals));
    }
}
