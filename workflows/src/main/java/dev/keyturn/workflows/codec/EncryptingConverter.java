package dev.keyturn.workflows.codec;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.RawValue;
import io.temporal.payload.context.SerializationContext;
import java.util.List;
import java.util.Optional;

/**
 * Encrypts what a run is given and gives back, and leaves plain what is said about it to a person, which Temporal's web UI and
 * command line show: summaries, and where the run is. The SDK has no other way to tell them apart than how it asks for them.
 * A summary comes alone and as a string ({@code WorkflowExecutionUtils.makeUserMetaData}); arguments, results, updates and
 * heartbeats come as lists. A memo and a header would come like summaries: Keyturn has neither.
 */
final class EncryptingConverter extends CodecDataConverter {
    private static final ByteString METADATA =
            ByteString.copyFromUtf8(WorkflowMetadata.getDescriptor().getFullName());

    private final DataConverter plain;

    EncryptingConverter(byte[] key) {
        this(DefaultDataConverter.newDefaultInstance(), key);
    }

    private EncryptingConverter(DataConverter plain, byte[] key) {
        // Failures' messages and stack traces too, which the SDK leaves plain unless told.
        super(plain, List.of(new EncryptingCodec(key)), true);
        this.plain = plain;
    }

    @Override
    public <T> Optional<Payload> toPayload(T value) {
        return value instanceof String ? plain.toPayload(value) : super.toPayload(value);
    }

    /** The answer to {@code __temporal_workflow_metadata} comes converted already. A query without arguments comes as null. */
    @Override
    public Optional<Payloads> toPayloads(Object... values) {
        return values != null
                        && values.length == 1
                        && values[0] instanceof RawValue raw
                        && isWhereTheRunIs(raw.getPayload())
                ? plain.toPayloads(values)
                : super.toPayloads(values);
    }

    private static boolean isWhereTheRunIs(Payload payload) {
        return METADATA.equals(payload.getMetadataMap().get("messageType"));
    }

    /** Neither the converter nor the codec depends on where a payload belongs; the SDK's own would lose this class. */
    @Override
    public CodecDataConverter withContext(SerializationContext context) {
        return this;
    }
}
