package dev.keyturn.steps.backup;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.Version;

/**
 * The value of one version, as a backup holds it.
 *
 * @param status what the version was when the backup was written
 */
public record BackedUpValue(BackupFile backup, String secret, int number, Version.Status status, SecretValue value) {}
