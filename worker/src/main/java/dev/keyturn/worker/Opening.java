package dev.keyturn.worker;

import dev.keyturn.steps.audit.AuditLog;
import dev.keyturn.steps.backup.Backups;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.StorePlace;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.store.FileStore;
import dev.keyturn.steps.store.Store;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Opens the site of a manifest when it is first needed, so that a command that needs none of it starts fast. */
final class Opening {
    private final Manifest manifest;
    private final Clock clock = Clock.systemUTC();
    private final Duration lease;
    private final UnaryOperator<Store> aroundStore;
    private Opened opened;

    /** A site, and the store by its own type: the payload key comes from it. */
    record Opened(Site site, FileStore store) {}

    /** @param lease after how long a holder that says nothing is thought dead */
    Opening(Manifest manifest, Duration lease, UnaryOperator<Store> aroundStore) {
        this.manifest = manifest;
        this.lease = lease;
        this.aroundStore = aroundStore;
    }

    Manifest manifest() {
        return manifest;
    }

    boolean storeExists() {
        return Files.exists(manifest.store().directory().resolve("state"));
    }

    /** The site, whose store must exist. */
    synchronized Opened existing() {
        if (opened == null) {
            opened = open(FileStore.open(place(), manifest.environment(), clock, lease));
        }
        return opened;
    }

    /** The site; its store is made if there is none. */
    synchronized Opened existingOrNew() {
        if (opened == null && !storeExists()) {
            FileStore.create(place(), manifest.environment(), clock, lease);
        }
        return existing();
    }

    /** What is seen of the site before there is a store: with an empty one in a folder of its own, which is gone afterwards. */
    <T> T beforeTheStore(Function<Site, T> look) {
        try {
            Path folder = Files.createTempDirectory("keyturn-plan");
            try {
                StorePlace empty = new StorePlace(folder.resolve("store"), folder.resolve("key"));
                try (Site site = open(FileStore.create(empty, manifest.environment(), clock, lease))
                        .site()) {
                    return look.apply(site);
                }
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.UNAVAILABLE,
                    "The folder for temporary files, " + System.getProperty("java.io.tmpdir")
                            + ", cannot be written to (" + e.getClass().getSimpleName()
                            + "), and a plan before there is a store needs it. Nothing was changed.");
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private StorePlace place() {
        return manifest.store();
    }

    private Opened open(FileStore store) {
        AuditLog audit = AuditLog.open(store, clock);
        var backups = manifest.backup().map(place -> new Backups(place, manifest.environment()));
        return new Opened(new Site(manifest, aroundStore.apply(store), audit, backups, clock), store);
    }

    synchronized void close() {
        if (opened != null) {
            opened.site().close();
            opened = null;
        }
    }
}
