package dev.keyturn.steps.run;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Generation;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Running;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Service;
import dev.keyturn.steps.plan.Uses;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Deployment;
import dev.keyturn.workflows.contract.Proof;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Has one service run with what is published, and looks whether it works. */
final class Services {
    private final Journey journey;
    private final Service service;
    private final Set<String> held;
    private final KnownValues known;

    Services(Journey journey, String name) {
        this.journey = journey;
        this.service = journey.manifest().services().get(name);
        this.held = new Uses(journey.manifest()).heldBy(service);
        this.known = new KnownValues(journey.state());
    }

    Effect redeploy(String arrangement, Progress progress) {
        Generation wanted = generation(arrangement);
        Optional<Deployment> last =
                Optional.ofNullable(journey.state().deployments().get(service.name()));
        Redeployer redeployer = journey.site().redeployer(service);
        if (isUntouched(arrangement, last) || runsAlready(wanted, last, redeployer)) {
            return Effect.NOTHING;
        }
        String run = journey.run().id();
        Instant began = journey.site().now();
        journey.site().store().update(journey.fence(), s -> s.deploying(service.name(), wanted.id(), run));
        roll(redeployer, wanted, progress);
        List<Running> running = running(redeployer, wanted);
        if (running.isEmpty()) {
            throw new Unhealthy("Service " + service.name() + ": redeployed, but nothing of it runs.");
        }
        List<String> stale =
                running.stream().filter(r -> !r.wanted()).map(Running::instance).toList();
        if (!stale.isEmpty()) {
            throw new Unhealthy("Service " + service.name() + ": redeployed, but " + String.join(", ", stale)
                    + " still runs with other values.");
        }
        long millis = Duration.between(began, journey.site().now()).toMillis();
        if (!isPublished(arrangement)) {
            // It stays incomplete, so that the service is started again once that is mended.
            return Effect.of(true, "up in " + millis + " ms, with what is published, which is not what it is to have");
        }
        journey.site().store().update(journey.fence(), s -> s.deployed(service.name(), wanted.id(), run, millis));
        return Effect.of(true, "up in " + millis + " ms" + proof(running));
    }

    /** Whether its values lie where they are to: where the others go on past a failure, one may not have been published. */
    private boolean isPublished(String arrangement) {
        return journey.manifest().publications().stream().allMatch(publication -> {
            Publisher publisher = journey.site().publisher(publication);
            Map<Field, SecretValue> found =
                    publisher.values(publisher.read(), publication.fields().keySet());
            return journey.values().fields(publication, secret -> journey.wish(secret, arrangement)).entrySet().stream()
                    .filter(wanted -> held.contains(
                            publication.fields().get(wanted.getKey()).secret()))
                    .allMatch(wanted -> wanted.getValue().equals(found.get(wanted.getKey())));
        });
    }

    /** While a service is tried again and again its accounts take the new values alone: one that does not come up is enough to know. */
    private void roll(Redeployer redeployer, Generation wanted, Progress progress) {
        try {
            known.hidden(() -> {
                redeployer.roll(journey.fence(), wanted, progress);
                return wanted;
            });
        } catch (AdapterException e) {
            throw e.reason() == AdapterException.Reason.UNAVAILABLE
                    ? new Unhealthy("Service " + service.name() + " did not come up: " + e.getMessage())
                    : e;
        }
    }

    private List<Running> running(Redeployer redeployer, Generation wanted) {
        return known.hidden(() -> redeployer.running(wanted));
    }

    /** Logs in with what the service itself was given, and makes the checks of the manifest. */
    Effect check(String arrangement, Progress progress) {
        List<Proof> proofs = new ArrayList<>(logins(arrangement));
        for (Check check : journey.site().checks(service)) {
            Check.Verdict verdict = known.hidden(() -> check.run(progress));
            String seen = known.masked(verdict.seen());
            if (!verdict.passed()) {
                throw new Unhealthy("Service " + service.name() + " does not pass its check: " + seen + ".");
            }
            proofs.add(new Proof("service " + service.name(), true, seen, ""));
        }
        return new Effect(false, proofs.size() + " checks passed", proofs);
    }

    /** On the way back a service that the run never began to redeploy stays as it is. No clock says so: it may have been set back. */
    private boolean isUntouched(String arrangement, Optional<Deployment> last) {
        return arrangement.equals(Arrangement.START)
                && last.filter(d -> d.run().equals(journey.run().id())).isEmpty();
    }

    private boolean runsAlready(Generation wanted, Optional<Deployment> last, Redeployer redeployer) {
        if (last.filter(d -> d.complete() && d.generation().equals(wanted.id())).isEmpty()) {
            return false;
        }
        List<Running> running = running(redeployer, wanted);
        return !running.isEmpty() && running.stream().allMatch(Running::wanted);
    }

    private static String proof(List<Running> running) {
        Running.Proof proof = running.get(0).proof();
        return proof == Running.Proof.WORD
                ? ", by the word of its command"
                : ", " + running.size() + " instance(s) seen by "
                        + proof.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A keyed name of the versions that the service is given: the same set, the same name. */
    private Generation generation(String arrangement) {
        Map<String, String> numbers = new TreeMap<>();
        Values values = journey.values();
        for (String secret : held) {
            var wish = journey.wish(secret, arrangement);
            numbers.put(
                    secret,
                    values.number(secret, wish.use()).orElse(0)
                            + "/"
                            + values.second(secret, wish).orElse(0));
        }
        String fingerprint = journey.site().store().fingerprint(SecretValue.of(service.name() + numbers));
        return new Generation(fingerprint.substring(0, Math.min(16, fingerprint.length())));
    }

    private List<Proof> logins(String arrangement) {
        List<Proof> proofs = new ArrayList<>();
        try (Servers servers = journey.servers()) {
            for (Secret secret : journey.manifest().secrets().values()) {
                boolean opens = secret.account().filter(a -> a.login()).isPresent();
                if (opens && held.contains(secret.name())) {
                    for (SecretValue value : given(secret, arrangement)) {
                        proofs.add(login(servers.of(secret), secret, value));
                    }
                }
            }
        }
        return proofs;
    }

    /** What lies at the publications for the service to read; where only a derived value does, what that was made of. */
    private List<SecretValue> given(Secret secret, String arrangement) {
        List<SecretValue> found = new ArrayList<>();
        for (Publication publication : journey.manifest().publications()) {
            Publisher publisher = journey.site().publisher(publication);
            Map<Field, SecretValue> values =
                    publisher.values(publisher.read(), publication.fields().keySet());
            publication.fields().forEach((field, reference) -> {
                boolean direct = reference.equals(new Reference(secret.name(), Reference.Part.VALUE));
                SecretValue value = values.get(field);
                if (direct && value != null && !found.contains(value)) {
                    found.add(value);
                }
            });
        }
        if (found.isEmpty()) {
            Which which = journey.wish(secret.name(), arrangement).use();
            journey.values().value(secret.name(), which).ifPresent(found::add);
        }
        return found;
    }

    private Proof login(AccountServer server, Secret secret, SecretValue value) {
        var account = secret.account().orElseThrow();
        for (Endpoint endpoint : server.endpoints()) {
            Login login = server.login(endpoint, new Credential(account.user(), value));
            if (login.result() == Login.Result.UNREACHABLE) {
                throw new AdapterException(
                        AdapterException.Reason.UNAVAILABLE,
                        "Account " + account + ": " + endpoint + " does not answer. " + login.detail());
            } else if (!login.isAccepted()) {
                throw new Unhealthy("Service " + service.name() + " was given a password for " + account + " that "
                        + endpoint + " does not accept: "
                        + login.result().name().toLowerCase(Locale.ROOT) + " " + login.detail() + ".");
            }
        }
        return new Proof(secret.name() + " as given to " + service.name(), true, "logs in as " + account, "");
    }
}
