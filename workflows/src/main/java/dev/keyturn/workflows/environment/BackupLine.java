package dev.keyturn.workflows.environment;

import java.time.Instant;

/** One backup: its name, when it was written, its size, how many secrets and files it holds, and what a check of it found. */
public record BackupLine(String name, Instant written, long bytes, int secrets, int files, String verdict) {}
