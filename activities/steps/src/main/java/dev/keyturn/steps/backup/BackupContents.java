package dev.keyturn.steps.backup;

import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.store.State;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is backed up.
 *
 * @param at when, for the name and the files in it; whole seconds count
 * @param manifest the manifest's file, byte for byte
 * @param state with its values
 * @param publications by publication name: what was found there
 */
public record BackupContents(
        String environment, Instant at, byte[] manifest, State state, SortedMap<String, Snapshot> publications) {
    public BackupContents {
        manifest = manifest.clone();
        publications = Collections.unmodifiableSortedMap(new TreeMap<>(publications));
    }

    @Override
    public byte[] manifest() {
        return manifest.clone();
    }

    /** Without the manifest's text. */
    @Override
    public String toString() {
        return "BackupContents[" + environment + ", " + at + "]";
    }
}
