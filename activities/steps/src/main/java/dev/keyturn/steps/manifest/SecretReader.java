package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Principal;
import dev.keyturn.steps.manifest.Found.Block;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Builds the secrets of a manifest and finds what is wrong with each of them by itself. */
final class SecretReader {
    private final Problems problems;
    private final Block root;

    SecretReader(Problems problems, Block root) {
        this.problems = problems;
        this.root = root;
    }

    /** Those that could be built, in the file's order. */
    Map<String, Secret> secrets() {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        root.map("secrets").forEach((name, found) -> {
            if (found.block().sound()) {
                secret(name, found.block()).ifPresent(secret -> secrets.put(name, secret));
            }
        });
        return secrets;
    }

    private Optional<Secret> secret(String name, Block block) {
        Optional<Kind> kind = kind(block);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        boolean opens = kind.get() instanceof Kind.Generated || kind.get() instanceof Kind.Provided;
        if (!opens) {
            refuse(block, "account", "no account: only generated and provided secrets have one");
        }
        if (!(kind.get() instanceof Kind.Generated)) {
            refuse(block, "overlap", "no overlap: only generated secrets have one");
        }
        positive(block, "overlap");
        positive(block, "max-age");
        Policy policy = policy(block, opens ? Grammar.MINIMUM : 1);
        fits(block, kind.get(), policy);
        return Optional.of(
                new Secret(name, kind.get(), block.value("account", Block.class).map(this::account), policy));
    }

    private Optional<Kind> kind(Block block) {
        Optional<Found> generate = block.part("generate");
        Optional<Found> derive = block.part("derive");
        try {
            if (generate.isPresent()) {
                Generator generator = Generator.parse(generate.get().text());
                return Optional.of(new Kind.Generated(generator, block.value("overlap", Duration.class)));
            } else if (derive.isPresent()) {
                return Optional.of(new Kind.Derived(Template.parse(derive.get().text())));
            }
        } catch (IllegalArgumentException e) {
            Found wrong = generate.or(() -> derive).orElseThrow();
            problems.add(wrong.at(), "the text " + Quoted.of(wrong.text()), e.getMessage());
            return Optional.empty();
        }
        Optional<Block> provided = block.value("provided", Block.class);
        if (provided.isPresent()) {
            return Optional.of(new Kind.Provided(
                    provided.get().get("env-file", Path.class), provided.get().get("key", String.class)));
        }
        return block.value("immutable", String.class).map(Kind.Immutable::new);
    }

    private Account account(Block block) {
        Found server = block.part("server").orElseThrow();
        Map<String, Found> servers = root.map("servers");
        if (!servers.containsKey(server.text())) {
            problems.unknown(server.at(), server.text(), "the name of a server", servers.keySet());
        }
        return new Account(
                server.text(), new Principal(block.get("user", String.class)), block.get("login", Boolean.class));
    }

    private Policy policy(Block block, int fallback) {
        long minimum = block.value("minimum", Long.class).orElse((long) fallback);
        long maximum = block.get("maximum", Long.class);
        if (minimum < 1) {
            problems.add(block.parts().get("minimum").at(), "the number `" + minimum + "`", "at least 1");
        }
        if (maximum < minimum) {
            problems.add(
                    block.parts().get("maximum").at(),
                    "the number `" + maximum + "`",
                    "at least the minimum of " + minimum);
        }
        return new Policy((int) minimum, (int) maximum, block.value("max-age", Duration.class));
    }

    private void fits(Block block, Kind kind, Policy policy) {
        if (kind instanceof Kind.Generated generated) {
            int length = generated.generator().length();
            boolean possible = policy.minimum() <= policy.maximum();
            if (possible && (length < policy.minimum() || length > policy.maximum())) {
                problems.add(
                        block.parts().get("generate").at(),
                        "`" + generated.generator() + "`, which makes " + length + " characters",
                        policy.minimum() + " to " + policy.maximum() + " characters");
            }
        }
    }

    private void refuse(Block block, String name, String expected) {
        block.part(name).ifPresent(part -> problems.add(part.at(), "`" + name + "`", expected));
    }

    private void positive(Block block, String name) {
        block.part(name)
                .filter(part -> ((Duration) part.value()).isZero())
                .ifPresent(part -> problems.add(part.at(), "no time at all", "more than 0s"));
    }
}
