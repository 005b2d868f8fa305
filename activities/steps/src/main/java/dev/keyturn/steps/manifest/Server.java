package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;

/**
 * An account server.
 *
 * @param administrator the name of the secret whose account Keyturn uses to change the others
 */
public record Server(String name, Technology.ForAccountServer technology, Settings settings, String administrator) {}
