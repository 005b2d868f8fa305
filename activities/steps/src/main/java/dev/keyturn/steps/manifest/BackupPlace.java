package dev.keyturn.steps.manifest;

import java.nio.file.Path;

/**
 * Where backups go.
 *
 * @param keep how many are kept; older ones are pruned when a run has ended well
 * @param passphraseFile whose first line is the passphrase
 */
public record BackupPlace(Path directory, int keep, Path passphraseFile) {}
