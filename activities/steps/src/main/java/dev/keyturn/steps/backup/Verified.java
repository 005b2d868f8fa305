package dev.keyturn.steps.backup;

/**
 * A backup that was opened, decrypted and compared with its checksums.
 *
 * @param secrets of how many secrets it holds values
 * @param files how many published files it holds
 */
public record Verified(BackupFile file, int secrets, int files) {}
