package dev.keyturn.starter.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The one document of {@code --output json}: the contract's records as they are, instants as ISO 8601, an empty optional as null. */
public final class JsonDocument {
    private JsonDocument() {}

    /** UTF-8, a line break at the end. */
    public static byte[] bytes(Map<String, Object> document) {
        // Two types need no module with a serialiser for each class of java.time: that would cost a start 50 ms.
        var module = new SimpleModule()
                .addSerializer(Instant.class, new InstantText())
                .addSerializer(Optional.class, new OptionalContent());
        var mapper = new ObjectMapper().registerModule(module).enable(SerializationFeature.INDENT_OUTPUT);
        try {
            return (mapper.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record of the contract has no JSON form", e);
        }
    }

    private static final class InstantText extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.toString());
        }
    }

    @SuppressWarnings("rawtypes") // a module registers by raw class
    private static final class OptionalContent extends JsonSerializer<Optional> {
        @Override
        public void serialize(Optional value, JsonGenerator json, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(value.isPresent() ? value.get() : null, json);
        }
    }
}
