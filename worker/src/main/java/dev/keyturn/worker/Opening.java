package dev.keyturn.worker;

import dev.keyturn.steps.audit.AuditLog;
import dev.keyturn.steps.backup.Backups;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.StorePlace;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.store.FileStore;
import dev.keyturn.steps.store.Store;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;

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
