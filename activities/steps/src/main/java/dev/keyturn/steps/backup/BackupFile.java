package dev.keyturn.steps.backup;

import java.time.Instant;

/**
 * A backup that lies in the folder, unopened.
 *
 * @param number tells backups of one second apart, from 1
 * @param bytes its size
 */
public record BackupFile(String name, Instant written, int number, long bytes) {}
