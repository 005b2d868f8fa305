package dev.keyturn.workflows.codec;

import io.temporal.common.converter.DataConverter;

/** The one place where data converters are made, so that no client is without encryption. */
public final class Converters {
    private Converters() {}

    /** Encrypts payloads and failures, and leaves the summaries of runs and steps readable; see {@link EncryptingConverter}. */
    public static DataConverter encrypting(byte[] key) {
        return new EncryptingConverter(key);
    }
}
