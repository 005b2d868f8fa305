package dev.keyturn.steps.run;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.manifest.Account;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Server;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.store.Intent;
import dev.keyturn.steps.store.Run;
import dev.keyturn.workflows.contract.Proof;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the accounts of one server accept what an arrangement wants. */
final class Accounts {
    private final Journey journey;
    private final Server server;
    private final String arrangement;
    private final Which target;

    Accounts(Journey journey, String serverName, String arrangement) {
        this.journey = journey;
        this.server = journey.manifest().servers().get(serverName);
        this.arrangement = arrangement;
        this.target = Journey.target(arrangement);
    }

    /** Accounts that can overlap accept the target besides what they accept now. */
    Effect widen() {
        try (Servers servers = journey.servers()) {
            AccountServer open = servers.get(server);
            List<Subject> lacking = having(Course.PASSWORD_WITH_OVERLAP).stream()
                    .filter(s -> !acceptedEverywhere(open, s.secret(), target))
                    .toList();
            List<Applied> applied = ensure(open, lacking, s -> both(s.secret()));
            remember(open, applied);
            return effect(applied);
        }
    }

    /** Accounts that cannot overlap accept the target instead; all but the administrator's in one call. */
    Effect switchOver(boolean administrator) {
        try (Servers servers = journey.servers()) {
            AccountServer open = servers.get(server);
            List<Subject> here = having(Course.PASSWORD_IN_PLACE).stream()
                    .filter(s -> journey.isAdministrator(server, s.secret()) == administrator)
                    .toList();
            List<Applied> applied = ensure(open, here, s -> alone(s.secret()));
            remember(open, applied);
            return effect(applied);
        }
    }

    /** Accounts accept the target alone; sessions of the other version are ended, and it is proven dead. */
    Effect narrow() {
        try (Servers servers = journey.servers()) {
            AccountServer open = servers.get(server);
            List<Proof> proofs = new ArrayList<>();
            if (!arrangement.equals(Arrangement.START)) {
                Optional<Mark> switched = switchedAt();
                for (Subject subject : journey.on(server)) {
                    if (switched.isPresent() && mayLogin(subject.secret())) {
                        proofs.add(drain(open, subject.secret(), switched.get()));
                    }
                }
            }
            List<Applied> applied = ensure(open, journey.on(server), s -> alone(s.secret()));
            for (Subject subject : journey.on(server)) {
                boolean known = journey.credential(subject.secret(), target).isPresent();
                proofs.add(known ? proof(open, subject.secret()) : unknownBefore(subject.secret()));
            }
            Effect effect = effect(applied);
            return new Effect(effect.changed(), effect.detail(), proofs);
        }
    }

    private interface Acceptance {
        List<Credential> of(Subject subject);
    }

    /** The administrator's account comes last and alone, as the SPI asks. */
    private List<Applied> ensure(AccountServer open, List<Subject> subjects, Acceptance acceptance) {
        List<AccountState> others = new ArrayList<>();
        List<AccountState> administrator = new ArrayList<>();
        for (Subject subject : subjects) {
            List<Credential> accept = acceptance.of(subject);
            if (!accept.isEmpty()) {
                boolean isAdministrator = journey.isAdministrator(server, subject.secret());
                (isAdministrator ? administrator : others).add(state(subject.secret(), accept));
            }
        }
        List<Applied> applied = new ArrayList<>();
        for (List<AccountState> wanted : List.of(others, administrator)) {
            if (!wanted.isEmpty()) {
                applied.addAll(open.ensure(journey.fence(), wanted));
            }
        }
        return applied;
    }

    private AccountState state(Secret secret, List<Credential> accept) {
        Account account = secret.account().orElseThrow();
        List<Credential> recognise = journey.recognised(secret, target);
        boolean overwrite = journey.run().moves().get(secret.name()).overwrite() == Run.Overwrite.EVERYTHING;
        return new AccountState(account.user(), accept, recognise, account.login(), overwrite);
    }

    /** The target first, and what the account accepted so far. */
    private List<Credential> both(Secret secret) {
        List<Credential> accept = new ArrayList<>(alone(secret));
        journey.credential(secret, target.other())
                .filter(c -> !accept.contains(c))
                .ifPresent(accept::add);
        return accept;
    }

    /** Empty where there is no such value: an account that had no known one cannot be given it back. */
    private List<Credential> alone(Secret secret) {
        return journey.credential(secret, target).map(List::of).orElse(List.of());
    }

    private List<Subject> having(Course course) {
        return journey.on(server).stream().filter(s -> s.course() == course).toList();
    }

    private boolean acceptedEverywhere(AccountServer open, Secret secret, Which which) {
        Optional<Credential> credential = journey.credential(secret, which);
        return credential.isEmpty()
                || open.endpoints().stream()
                        .allMatch(endpoint ->
                                open.login(endpoint, credential.get()).isAccepted());
    }

    private static boolean mayLogin(Secret secret) {
        return secret.account().orElseThrow().login();
    }

    /** From this moment on, no new session needed the old value. */
    private void remember(AccountServer open, List<Applied> applied) {
        boolean forwards = target == Which.NEW;
        boolean changed = applied.stream().anyMatch(Applied::changed);
        // Nothing changed and nothing remembered: an earlier try was cut off in between.
        boolean cutOff = !changed && replaces() && switchedAt().isEmpty();
        if (forwards && (changed || cutOff)) {
            Intent mark = new Intent(
                    journey.run().id(),
                    arrangement,
                    object(),
                    Snapshot.EMPTY,
                    Snapshot.EMPTY,
                    Optional.of(open.mark()));
            journey.site().store().update(journey.fence(), state -> state.withIntent(mark));
        }
    }

    /** Whether an account here has an old value, of which sessions may be open. */
    private boolean replaces() {
        return journey.on(server).stream().anyMatch(s -> {
            int from = journey.run().from().get(s.name());
            return from > 0 && from != journey.run().to().get(s.name());
        });
    }

    private Optional<Mark> switchedAt() {
        return journey.state().intents().stream()
                .filter(i -> i.run().equals(journey.run().id()) && i.object().equals(object()))
                .flatMap(i -> i.mark().stream())
                .reduce((earlier, later) -> later);
    }

    private String object() {
        return "server " + server.name();
    }

    private Proof drain(AccountServer open, Secret secret, Mark mark) {
        Account account = secret.account().orElseThrow();
        String object = secret.name() + ": sessions of " + account + " from before the change";
        Evidence evidence = open.drain(journey.fence(), account.user(), mark);
        if (evidence instanceof Evidence.Proven proven) {
            return new Proof(object, true, proven.what(), "");
        }
        Evidence.Unprovable not = (Evidence.Unprovable) evidence;
        return new Proof(object, false, not.why(), not.who());
    }

    /** A first value cannot be taken back: nobody knows what the account accepted before. */
    private static Proof unknownBefore(Secret secret) {
        Account account = secret.account().orElseThrow();
        return new Proof(
                secret.name() + ": " + account,
                false,
                "the store knew no value before this run; the account is left as it is",
                "whoever set it up");
    }

    /** Logs in with the target and with the other version, at every address that consumers use. */
    private Proof proof(AccountServer open, Secret secret) {
        Account account = secret.account().orElseThrow();
        String object = secret.name() + ": " + account;
        String wanted = word(target);
        String other = word(target.other());
        Optional<Credential> dead = journey.credential(secret, target.other())
                .filter(c -> !journey.credential(secret, target).equals(Optional.of(c)));
        List<String> seen = new ArrayList<>();
        for (Endpoint endpoint : open.endpoints()) {
            Login live = journey.credential(secret, target)
                    .map(c -> open.login(endpoint, c))
                    .orElse(Login.refused("no value"));
            if (mayLogin(secret) && !live.isAccepted()) {
                throw notAsWanted(endpoint, account, "the " + wanted + " password is not accepted: " + live.detail());
            }
            boolean isDead = dead.isEmpty() || open.login(endpoint, dead.get()).result() == Login.Result.REFUSED;
            if (!isDead) {
                throw notAsWanted(endpoint, account, "the " + other + " password is not refused");
            }
            seen.add(endpoint.toString());
        }
        String at = " at " + String.join(", ", seen);
        String accepted = mayLogin(secret) ? wanted + " accepted" : "may not log in: " + wanted + " set, login refused";
        return new Proof(object, true, accepted + (dead.isEmpty() ? "" : ", " + other + " refused") + at, "");
    }

    private static AdapterException notAsWanted(Endpoint endpoint, Account account, String found) {
        return new AdapterException(
                AdapterException.Reason.UNAVAILABLE, "Account " + account + " at " + endpoint + ": " + found + ".");
    }

    private static String word(Which which) {
        return which == Which.NEW ? "new" : "old";
    }

    private static Effect effect(List<Applied> applied) {
        List<Applied> changed = applied.stream().filter(Applied::changed).toList();
        if (changed.isEmpty()) {
            return Effect.NOTHING;
        }
        return Effect.of(
                true, changed.stream().map(a -> a.who() + ": " + a.detail()).collect(Collectors.joining("; ")));
    }
}
