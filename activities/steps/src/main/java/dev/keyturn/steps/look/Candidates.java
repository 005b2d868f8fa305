package dev.keyturn.steps.look;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.steps.look.Candidate.BackedUp;
import dev.keyturn.steps.look.Candidate.Given;
import dev.keyturn.steps.look.Candidate.Published;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.plan.Adoption;
import dev.keyturn.steps.secret.ProvidedValues;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What secrets without a version in the store may have for a value, and the {@link Choice} among it; each secret is looked at once. Changes
 * nothing. Not safe for use by several threads.
 */
public final class Candidates implements AutoCloseable {
    private final Manifest manifest;
    private final State state;
    private final Copies copies;
    private final BackedUpValues backedUp;
    private final Servers trying;
    private final Servers looking;
    private final Map<String, Choice> choices = new HashMap<>();
    private final Map<String, List<SecretValue>> accepted = new HashMap<>();

    public Candidates(Manifest manifest, State state, Copies copies, BackedUpValues backedUp) {
        this.manifest = manifest;
        this.state = state;
        this.copies = copies;
        this.backedUp = backedUp;
        // A login is tried without the administrator.
        this.trying = new Servers(manifest, administrator -> List.of(), Servers.LOOKING);
        this.looking = new Servers(manifest, this::administrator, Servers.LOOKING);
    }

    /**
     * Which value this secret has now.
     *
     * @throws dev.keyturn.spi.AdapterException UNAVAILABLE if its account's server stops answering in between
     */
    public Choice choose(Secret secret) {
        Choice choice = choices.get(secret.name());
        if (choice == null) {
            choice = Choice.among(
                    here(secret),
                    wanted -> backedUp.first(secret.name(), wanted),
                    secret.account().map(account -> new AccountProbe(account.login() ? trying : looking, secret)));
            choices.put(secret.name(), choice);
        }
        return choice;
    }

    /** The same without the value, as the planner takes it. */
    public Adoption adoption(Secret secret) {
        Choice choice = choose(secret);
        if (choice instanceof Choice.Taken taken) {
            boolean given = taken.candidate().source() instanceof Given;
            return new Adoption.Possible(given ? Version.Origin.PROVIDED : Version.Origin.ADOPTED, note(taken));
        } else if (choice instanceof Choice.Refused refused) {
            String account = "account " + secret.account().orElseThrow() + " (" + secret.name() + ")";
            return new Adoption.Undecided(account, refused.found() + unopened(), "a login with one of them");
        } else if (choice instanceof Choice.Undecided undecided) {
            return new Adoption.Undecided(
                    secret.name(), undecided.found() + unopened(), "one value, the same at every place");
        }
        return new Adoption.Nothing(unopened());
    }

    /** The value chosen; empty if there is none. */
    public Optional<SecretValue> value(Secret secret) {
        return choose(secret) instanceof Choice.Taken taken
                ? Optional.of(taken.candidate().value())
                : Optional.empty();
    }

    /**
     * Published for the secret or accepted by its account, but not this value: what is to be recognised when all of them are made the same.
     * The backups are asked only if the account accepts more than is published.
     */
    public List<SecretValue> others(Secret secret, Optional<SecretValue> chosen) {
        List<SecretValue> found = new ArrayList<>(copies.valuesOf(secret.name()).values());
        if (choose(secret) instanceof Choice.Taken taken && taken.proven()) {
            found.add(taken.candidate().value());
            found.addAll(accepted.computeIfAbsent(secret.name(), name -> acceptedBesides(secret, taken)));
        }
        return found.stream()
                .distinct()
                .filter(value -> !Optional.of(value).equals(chosen))
                .toList();
    }

    /** Whether the account accepts the value chosen and others at the same time. */
    public boolean acceptsMore(Secret secret) {
        return choose(secret) instanceof Choice.Taken taken
                && taken.proven()
                && !new AccountProbe(looking, secret)
                        .acceptsNothingBut(List.of(taken.candidate().value()));
    }

    private List<SecretValue> acceptedBesides(Secret secret, Choice.Taken taken) {
        AccountProbe probe = new AccountProbe(looking, secret);
        List<SecretValue> known = new ArrayList<>(List.of(taken.candidate().value()));
        known.addAll(copies.valuesOf(secret.name()).values());
        int before = known.size();
        if (!probe.acceptsNothingBut(known)) {
            backedUp.first(secret.name(), each -> {
                if (known.contains(each.value()) || !probe.takes(each.value())) {
                    return false;
                }
                known.add(each.value());
                return probe.acceptsNothingBut(known);
            });
        }
        return List.copyOf(known.subList(before, known.size()));
    }

    /** What lies where a second, verifying value is published, if it is not this value. */
    public Optional<SecretValue> verified(Secret secret, Optional<SecretValue> chosen) {
        return copies.previousOf(secret.name())
                .filter(value -> !Optional.of(value).equals(chosen));
    }

    /**
     * A secret whose value is another one now than in the backup from which this secret's value comes, unproven: then that backup was written
     * before a rotation, which may have changed this secret too.
     */
    public Optional<String> movedSince(Secret secret) {
        if (secret.kind() instanceof Kind.Generated
                && choose(secret) instanceof Choice.Taken taken
                && !taken.proven()
                && taken.candidate().source() instanceof BackedUp source) {
            return manifest.secrets().values().stream()
                    .filter(other -> other.kind() instanceof Kind.Generated
                            && state.current(other.name()).isEmpty())
                    .filter(other -> {
                        Optional<SecretValue> then = backedUp.currentIn(source.backup(), other.name());
                        return then.isPresent()
                                && value(other).isPresent()
                                && !value(other).equals(then);
                    })
                    .map(Secret::name)
                    .findFirst();
        }
        return Optional.empty();
    }

    private static String note(Choice.Taken taken) {
        if (taken.candidate().source() instanceof Given) {
            return "as given by the operator";
        }
        String from = "taken over from " + taken.candidate().source().words();
        return taken.because().isEmpty() ? from : from + ": " + taken.because();
    }

    /** A backup that cannot be opened matters where a value is missing. */
    private String unopened() {
        return backedUp.unopened().isEmpty() ? "" : "; " + String.join("; ", backedUp.unopened());
    }

    /** Each published value once, with all its places, and what the operator gave. */
    private List<Candidate> here(Secret secret) {
        // Values are told apart by their equality alone: their hash is the same.
        Map<SecretValue, List<String>> places = new LinkedHashMap<>();
        copies.valuesOf(secret.name())
                .forEach((place, value) ->
                        places.computeIfAbsent(value, v -> new ArrayList<>()).add(place));
        List<Candidate> here = new ArrayList<>();
        places.forEach((value, at) -> here.add(new Candidate(value, new Published(at))));
        if (secret.kind() instanceof Kind.Provided provided) {
            ProvidedValues.read(secret, provided, manifest.production())
                    .value()
                    .ifPresent(value ->
                            here.add(new Candidate(value, new Given(provided.key() + " in " + provided.envFile()))));
        }
        return here;
    }

    private List<Credential> administrator(Secret secret) {
        List<Credential> known = new ArrayList<>(Values.current(manifest, state).administrator(secret));
        secret.account()
                .filter(account -> state.current(secret.name()).isEmpty())
                .ifPresent(account -> value(secret)
                        .map(value -> new Credential(account.user(), value))
                        .ifPresent(known::add));
        return known;
    }

    @Override
    public void close() {
        trying.close();
        looking.close();
    }
}
