package dev.keyturn.steps.manifest;

import java.nio.file.Path;

/** Where the store lies, and the file that holds its key: 32 bytes in base64, readable by its owner alone. */
public record StorePlace(Path directory, Path keyFile) {}
