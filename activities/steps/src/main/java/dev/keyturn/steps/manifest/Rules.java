package dev.keyturn.steps.manifest;

import dev.keyturn.steps.manifest.Found.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold between the parts of a manifest. */
final class Rules {
    private final Problems problems;
    private final Block root;
    private final Map<String, Server> servers;
    private final Map<String, Secret> secrets;

    /** @param secrets those that could be built; about the others nothing is said */
    Rules(Problems problems, Block root, Map<String, Server> servers, Map<String, Secret> secrets) {
        this.problems = problems;
        this.root = root;
        this.servers = servers;
        this.secrets = secrets;
    }

    void check(List<Publication> publications) {
        administrators();
        templates();
        cycles();
        oneSecretForAnAccount();
        // Whatever is wrong elsewhere may be why a password seems to be published nowhere.
        if (problems.count() == 0) {
            everyAccountIsPublished(publications);
        }
    }

    private void administrators() {
        for (Server server : servers.values()) {
            Found admin = root.map("servers")
                    .get(server.name())
                    .block()
                    .chosen()
                    .orElseThrow()
                    .inside()
                    .get("admin");
            Map<String, Found> declared = root.map("secrets");
            if (!declared.containsKey(server.administrator())) {
                problems.unknown(admin.at(), server.administrator(), "the name of a secret", declared.keySet());
                continue;
            }
            Secret secret = secrets.get(server.administrator());
            boolean opens = secret == null
                    || secret.account()
                            .filter(account -> account.server().equals(server.name()) && account.login())
                            .isPresent();
            if (!opens) {
                problems.add(
                        admin.at(),
                        Quoted.of(secret.name()) + ", which opens no account on " + server.name(),
                        "a secret with `account: {server: " + server.name() + ", user: …}` that may log in");
            }
        }
    }

    private void templates() {
        for (Secret secret : secrets.values()) {
            for (Reference reference : needs(secret.name())) {
                References.check(problems, derive(secret.name()).at(), reference, root.map("secrets"), secrets);
                if (reference.part() == Reference.Part.PREVIOUS) {
                    // What is derived follows at once, and nothing would take the old key out of it when its time is
                    // over.
                    problems.add(
                            derive(secret.name()).at(),
                            "`{" + reference + "}` in a derived secret",
                            "the previous value as a field of its own in a publication: `KEY_OLD: " + reference + "`");
                }
            }
        }
    }

    /** Takes away what needs nothing that is left, until only circles remain and what hangs on them. */
    private void cycles() {
        Set<String> left = new LinkedHashSet<>(secrets.keySet());
        while (left.removeIf(name -> next(name, left).isEmpty())) {}
        Set<String> walked = new HashSet<>();
        for (String start : left) {
            List<String> path = new ArrayList<>();
            String name = start;
            while (walked.add(name)) {
                path.add(name);
                name = next(name, left).orElseThrow();
            }
            if (path.contains(name)) {
                List<String> circle = path.subList(path.indexOf(name), path.size());
                problems.add(
                        derive(name).at(),
                        "a circle: " + String.join(" needs ", circle) + " needs " + name,
                        "derived secrets that do not need themselves");
            }
        }
    }

    private Optional<String> next(String name, Set<String> among) {
        return needs(name).stream()
                .map(Reference::secret)
                .filter(among::contains)
                .findFirst();
    }

    private void oneSecretForAnAccount() {
        Map<String, Secret> owners = new HashMap<>();
        for (Secret secret : secrets.values()) {
            secret.account().ifPresent(account -> {
                Secret first = owners.putIfAbsent(account.server() + "\0" + account.user(), secret);
                if (first != null) {
                    problems.add(
                            at(secret.name()),
                            Quoted.of(secret.name()) + " for account " + account + ", which has "
                                    + Quoted.of(first.name()) + " already",
                            "one secret for an account");
                }
            });
        }
    }

    /** A new password that nobody can read would lock its consumers out. */
    private void everyAccountIsPublished(List<Publication> publications) {
        Set<String> published = published(publications);
        Set<String> administrators = new HashSet<>();
        servers.values().forEach(server -> administrators.add(server.administrator()));
        for (Secret secret : secrets.values()) {
            boolean read =
                    secret.account().isPresent() && secret.account().get().login();
            if (read && !published.contains(secret.name()) && !administrators.contains(secret.name())) {
                problems.add(
                        at(secret.name()),
                        "account " + secret.account().get() + ", whose password " + Quoted.of(secret.name())
                                + " nobody publishes",
                        "it in `publish`, itself or within a derived secret");
            }
        }
    }

    private Set<String> published(List<Publication> publications) {
        Set<String> published = new HashSet<>();
        Deque<Reference> open = new ArrayDeque<>();
        publications.forEach(publication -> open.addAll(publication.fields().values()));
        while (!open.isEmpty()) {
            Reference reference = open.pop();
            if (reference.part() == Reference.Part.VALUE && published.add(reference.secret())) {
                open.addAll(needs(reference.secret()));
            }
        }
        return published;
    }

    private List<Reference> needs(String name) {
        Secret secret = secrets.get(name);
        return secret != null && secret.kind() instanceof Kind.Derived derived
                ? derived.template().references()
                : List.of();
    }

    private Position at(String secret) {
        return root.map("secrets").get(secret).at();
    }

    private Found derive(String secret) {
        return root.map("secrets").get(secret).block().part("derive").orElseThrow();
    }
}
