package dev.keyturn.steps.site;

import dev.keyturn.spi.Check;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.steps.audit.AuditLog;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.steps.backup.Backups;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Service;
import dev.keyturn.steps.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One environment with everything that a step needs. Safe for use by several threads.
 *
 * @param backups empty if the manifest wants none
 */
public record Site(Manifest manifest, Store store, AuditLog audit, Optional<Backups> backups, Clock clock)
        implements AutoCloseable {

    public Instant now() {
        return clock.instant();
    }

    /** What the backups hold, none of them opened yet. */
    public BackedUpValues backedUp() {
        return new BackedUpValues(backups);
    }

    public Publisher publisher(Publication publication) {
        return publication.technology().open(publication.settings());
    }

    public Redeployer redeployer(Service service) {
        return service.technology().open(service.settings());
    }

    public List<Check> checks(Service service) {
        return service.checks().stream()
                .map(check -> check.technology().open(check.settings()))
                .toList();
    }

    public Publication publication(String name) {
        return manifest.publications().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such publication in the manifest: " + name));
    }

    @Override
    public void close() {
        store.close();
    }
}
