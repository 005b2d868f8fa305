package dev.keyturn.steps.run;

import dev.keyturn.steps.backup.BackupContents;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;

/** What goes into a backup: the manifest, what the store holds, and every publication as it lies there. */
public final class BackingUp {
    private BackingUp() {}

    /** @throws dev.keyturn.spi.AdapterException if a publication cannot be read */
    public static BackupContents contents(Site site) {
        try {
            byte[] manifest = Files.readAllBytes(site.manifest().file());
            return new BackupContents(
                    site.manifest().environment(),
                    site.now(),
                    manifest,
                    site.store().read(),
                    Copies.read(site).snapshots());
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNWRITABLE,
                    site.manifest().file() + ": the manifest cannot be read for the backup ("
                            + e.getClass().getSimpleName() + "). Nothing was changed.");
        }
    }
}
