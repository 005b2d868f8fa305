package dev.keyturn.steps.look;

import dev.keyturn.spi.Field;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.site.Site;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the publications hold, read once. A place that is empty, as an example file leaves it, holds nothing. */
public final class Copies {
    private final Manifest manifest;
    private final Map<String, Snapshot> snapshots;
    private final Map<String, Map<Field, SecretValue>> values;

    private Copies(Manifest manifest, Map<String, Snapshot> snapshots, Map<String, Map<Field, SecretValue>> values) {
        this.manifest = manifest;
        this.snapshots = snapshots;
        this.values = values;
    }

    /** Reads every publication; an {@link dev.keyturn.spi.AdapterException} of one of them ends it. */
    public static Copies read(Site site) {
        Map<String, Snapshot> snapshots = new LinkedHashMap<>();
        Map<String, Map<Field, SecretValue>> values = new LinkedHashMap<>();
        for (Publication publication : site.manifest().publications()) {
            var publisher = site.publisher(publication);
            Snapshot snapshot = publisher.read();
            snapshots.put(publication.name(), snapshot);
            Map<Field, SecretValue> held = new TreeMap<>(
                    publisher.values(snapshot, publication.fields().keySet()));
            held.values().removeIf(value -> value.length() == 0);
            values.put(publication.name(), held);
        }
        return new Copies(site.manifest(), snapshots, values);
    }

    public Optional<SecretValue> value(Publication publication, Field field) {
        return Optional.ofNullable(values.get(publication.name()).get(field));
    }

    /** The values published for the secret itself, with the place of each for a person. */
    public Map<String, SecretValue> valuesOf(String secret) {
        return of(new Reference(secret, Reference.Part.VALUE));
    }

    /** What is published where the secret's previous value belongs; of places that differ, the first. */
    public Optional<SecretValue> previousOf(String secret) {
        return of(new Reference(secret, Reference.Part.PREVIOUS)).values().stream()
                .findFirst();
    }

    private Map<String, SecretValue> of(Reference wanted) {
        Map<String, SecretValue> found = new LinkedHashMap<>();
        for (Publication publication : manifest.publications()) {
            publication.fields().forEach((field, reference) -> {
                if (reference.equals(wanted)) {
                    value(publication, field).ifPresent(v -> found.put(place(publication, field), v));
                }
            });
        }
        return found;
    }

    /** Everything as it lies there, for a backup. */
    public SortedMap<String, Snapshot> snapshots() {
        return new TreeMap<>(snapshots);
    }

    /** How a message names a copy. */
    public static String place(Publication publication, Field field) {
        return publication.name() + ", " + field;
    }
}
