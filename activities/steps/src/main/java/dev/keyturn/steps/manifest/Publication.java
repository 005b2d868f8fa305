package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Field;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.SortedMap;

/**
 * A place where values are published.
 *
 * @param name unique in the manifest: the technology's word and its place, for example {@code env-file .env}
 * @param fields what goes where
 */
public record Publication(
        String name, Technology.ForPublisher technology, Settings settings, SortedMap<Field, Reference> fields) {}
