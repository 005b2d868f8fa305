package dev.keyturn.workflows.codec;

import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import java.util.List;

/** The one place where data converters are made, so that no client is without encryption. */
public final class Converters {
    private Converters() {}

    /** Encrypts payloads, and failures' messages and stack traces too, which the SDK leaves plain unless told. */
    public static DataConverter encrypting(byte[] key) {
        return new CodecDataConverter(
                DefaultDataConverter.newDefaultInstance(), List.of(new EncryptingCodec(key)), true);
    }
}
