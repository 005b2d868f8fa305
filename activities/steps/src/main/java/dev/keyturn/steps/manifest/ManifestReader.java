package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Found.Block;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads manifests. Looks at the manifest file alone: not at the places that it names, nor at any server.
 *
 * <p>First the shape is compared with {@link Grammar}, then records are built and names looked up, then {@link Rules} hold
 * over the whole; every problem is reported, not the first one alone.
 */
public final class ManifestReader {
    private static final Set<String> DEVELOPMENT = Set.of("dev", "development", "test");

    private final Path file;
    private final Problems problems;
    private final Block root;

    private ManifestReader(Path file, Problems problems, Block root) {
        this.file = file;
        this.problems = problems;
        this.root = root;
    }

    /**
     * Reads one manifest.
     *
     * @param technologies all that are installed
     * @throws ManifestException with all that is wrong, in the order of the file; a missing file is one of these things
     */
    public static Manifest read(Path file, List<Technology> technologies) {
        Path absolute = file.toAbsolutePath().normalize();
        Problems problems = new Problems(file);
        Optional<YamlText.Document> document = YamlText.compose(absolute, problems);
        problems.raiseIf(document.isEmpty());
        Scalars scalars = new Scalars(problems, absolute.getParent());
        Optional<Block> root = new ShapeReader(problems, scalars)
                .document(document.orElseThrow().root(), Grammar.of(technologies));
        problems.raiseIf(root.isEmpty());
        return new ManifestReader(absolute, problems, root.orElseThrow())
                .manifest(document.orElseThrow().fingerprint());
    }

    private Manifest manifest(String fingerprint) {
        Map<String, Secret> secrets = new SecretReader(problems, root).secrets();
        Map<String, Server> servers = servers();
        PublicationReader publicationReader = new PublicationReader(problems, root, secrets, file.getParent());
        List<Publication> publications = publicationReader.publications();
        Map<String, Service> services = services();
        Duration patience = patience();
        Optional<BackupPlace> backup = backup();
        new Rules(problems, root, servers, secrets).check(publications);
        problems.raiseIf(true);

        String environment = root.get("environment", String.class);
        boolean production = root.value("production", Boolean.class).orElse(!DEVELOPMENT.contains(environment));
        return new Manifest(
                file,
                fingerprint,
                environment,
                production,
                servers,
                secrets,
                publications,
                services,
                store(environment),
                backup,
                patience);
    }

    private Map<String, Server> servers() {
        Map<String, Server> servers = new LinkedHashMap<>();
        root.map("servers").forEach((name, found) -> {
            if (found.block().sound()) {
                Found.Chosen chosen = found.block().chosen().orElseThrow();
                servers.put(
                        name,
                        new Server(
                                name,
                                (Technology.ForAccountServer) chosen.technology(),
                                chosen.settings(),
                                chosen.inside().get("admin").text()));
            }
        });
        return servers;
    }

    private Map<String, Service> services() {
        Map<String, Service> services = new LinkedHashMap<>();
        root.map("services").forEach((name, found) -> {
            Block block = found.block();
            checkUses(found.at(), block);
            if (block.sound()) {
                services.put(name, service(name, block));
            }
        });
        return services;
    }

    private static Service service(String name, Block block) {
        Found.Chosen chosen = block.chosen().orElseThrow();
        List<Service.ServiceCheck> checks = new ArrayList<>();
        for (Found check : block.list("check")) {
            Found.Chosen how = check.block().chosen().orElseThrow();
            checks.add(new Service.ServiceCheck((Technology.ForCheck) how.technology(), how.settings()));
        }
        return new Service(
                name,
                (Technology.ForRedeployer) chosen.technology(),
                chosen.settings(),
                block.list("uses").stream().map(Found::text).toList(),
                List.copyOf(checks),
                block.get("start-time", Duration.class));
    }

    private void checkUses(Position at, Block service) {
        Set<String> known = root.map("secrets").keySet();
        List<String> seen = new ArrayList<>();
        for (Found use : service.list("uses")) {
            if (!known.contains(use.text())) {
                problems.unknown(use.at(), use.text(), "the name of a secret", known);
            } else if (seen.contains(use.text())) {
                problems.add(use.at(), Quoted.of(use.text()) + " a second time", "each secret once");
            }
            seen.add(use.text());
        }
        if (service.sound() && seen.isEmpty()) {
            problems.add(at, "a service that uses nothing", "`uses` with the names of the secrets that it reads");
        }
    }

    private Duration patience() {
        Duration patience = root.value("patience", Duration.class).orElse(Duration.ZERO);
        if (root.part("patience").isPresent() && patience.isZero()) {
            problems.add(root.part("patience").get().at(), "no patience", "more than 0s");
        }
        return patience;
    }

    private StorePlace store(String environment) {
        Optional<Block> store = root.value("store", Block.class);
        Path directory = store.flatMap(block -> block.value("directory", Path.class))
                .orElse(file.resolveSibling(".keyturn").resolve(environment));
        Path keyFile = store.flatMap(block -> block.value("key-file", Path.class))
                .orElse(directory.resolveSibling(directory.getFileName() + ".key"));
        return new StorePlace(directory, keyFile);
    }

    private Optional<BackupPlace> backup() {
        Optional<Block> backup = root.value("backup", Block.class).filter(Block::sound);
        backup.flatMap(block -> block.part("keep"))
                .filter(keep -> (Long) keep.value() < 1)
                .ifPresent(keep -> problems.add(keep.at(), "the number `" + keep.value() + "`", "at least 1"));
        return backup.map(block -> new BackupPlace(
                block.get("directory", Path.class),
                Math.toIntExact(block.get("keep", Long.class)),
                block.get("passphrase-file", Path.class)));
    }
}
