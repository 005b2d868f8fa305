package dev.keyturn.steps.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.workflows.contract.Purpose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A state as JSON, written out field by field: a value refuses to be serialised by itself, and the form must not change when
 * a record does. A change of the form raises {@link Seal#FORMAT}.
 */
public final class StateJson {
    /** What is in the file: the state, and how far the audit had come. */
    record Stored(State state, AuditHead audit) {}

    /** What is written of the secrets themselves. */
    private enum Values {
        INCLUDED,
        LEFT_OUT
    }

    /** A published file in a before-image may be larger than Jackson expects of a string. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private StateJson() {}

    static byte[] write(Stored stored) {
        return write(stored, Values.INCLUDED);
    }

    /** The state as JSON for people and for a restore, without values and before-images. */
    public static byte[] withoutValues(State state) {
        return write(new Stored(state, AuditHead.NONE), Values.LEFT_OUT);
    }

    private static byte[] write(Stored stored, Values values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            State state = stored.state();
            json.writeStartObject();
            writeHeader(json, state.header());
            if (values == Values.INCLUDED) {
                json.writeObjectFieldStart("audit");
                json.writeNumberField("count", stored.audit().count());
                json.writeStringField("hash", stored.audit().hash());
                json.writeEndObject();
                writeIntents(json, state.intents());
            }
            writeVersions(json, state.versions(), values);
            writeRuns(json, state.runs());
            writeDeployments(json, state.deployments());
            writeDues(json, state.dues());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static void writeHeader(JsonGenerator json, Header header) throws IOException {
        json.writeStringField("store", header.storeId());
        json.writeStringField("environment", header.environment());
        json.writeNumberField("epoch", header.epoch());
        if (!header.turn().equals(Turn.FIRST)) {
            json.writeObjectFieldStart("turn");
            json.writeStringField("workflow", header.turn().workflow());
            json.writeStringField("called", header.turn().called().toString());
            json.writeNumberField("call", header.turn().call());
            json.writeNumberField("attempt", header.turn().attempt());
            json.writeEndObject();
        }
        if (header.holder().isPresent()) {
            Header.Holder holder = header.holder().get();
            json.writeObjectFieldStart("holder");
            json.writeStringField("run", holder.run());
            json.writeStringField("host", holder.host());
            json.writeStringField("machine", holder.machine());
            json.writeNumberField("pid", holder.pid());
            json.writeStringField("started", holder.started());
            json.writeStringField("until", holder.until().toString());
            json.writeEndObject();
        }
    }

    private static void writeVersions(JsonGenerator json, List<Version> versions, Values values) throws IOException {
        json.writeArrayFieldStart("versions");
        for (Version version : versions) {
            json.writeStartObject();
            json.writeStringField("secret", version.secret());
            json.writeNumberField("number", version.number());
            json.writeStringField("status", version.status().name());
            json.writeStringField("origin", version.origin().name());
            if (values == Values.INCLUDED && version.value().isPresent()) {
                json.writeStringField("value", version.value().get().reveal());
            }
            json.writeStringField("created", version.created().toString());
            json.writeStringField("since", version.since().toString());
            json.writeBooleanField("compromised", version.compromised());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeRuns(JsonGenerator json, List<Run> runs) throws IOException {
        json.writeArrayFieldStart("runs");
        for (Run run : runs) {
            json.writeStartObject();
            json.writeStringField("id", run.id());
            json.writeStringField("purpose", run.purpose().name());
            json.writeStringField("phase", run.phase().name());
            writeNumbers(json, "from", run.from());
            writeNumbers(json, "to", run.to());
            writeMoves(json, run.moves());
            json.writeStringField("digest", run.digest());
            json.writeStringField("by", run.by());
            json.writeStringField("reason", run.reason());
            json.writeStringField("begun", run.begun().toString());
            if (run.ended().isPresent()) {
                json.writeStringField("ended", run.ended().get().toString());
            }
            json.writeStringField("outcome", run.outcome());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeMoves(JsonGenerator json, Map<String, Run.Move> moves) throws IOException {
        json.writeObjectFieldStart("moves");
        for (Map.Entry<String, Run.Move> entry : new TreeMap<>(moves).entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            json.writeStringField("course", entry.getValue().course().name());
            json.writeStringField("origin", entry.getValue().origin().name());
            json.writeStringField("overwrite", entry.getValue().overwrite().name());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeIntents(JsonGenerator json, List<Intent> intents) throws IOException {
        json.writeArrayFieldStart("intents");
        for (Intent intent : intents) {
            json.writeStartObject();
            json.writeStringField("run", intent.run());
            json.writeStringField("arrangement", intent.arrangement());
            json.writeStringField("object", intent.object());
            writeSnapshot(json, "before", intent.before());
            writeSnapshot(json, "wanted", intent.wanted());
            if (intent.mark().isPresent()) {
                json.writeStringField("mark", intent.mark().get().text());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeSnapshot(JsonGenerator json, String name, Snapshot snapshot) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Snapshot.Part> part : snapshot.parts().entrySet()) {
            json.writeObjectFieldStart(part.getKey());
            json.writeBinaryField("content", part.getValue().content());
            writeTexts(json, "attributes", part.getValue().attributes());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeDeployments(JsonGenerator json, Map<String, Deployment> deployments) throws IOException {
        json.writeObjectFieldStart("deployments");
        for (Map.Entry<String, Deployment> entry : new TreeMap<>(deployments).entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            json.writeStringField("generation", entry.getValue().generation());
            json.writeBooleanField("complete", entry.getValue().complete());
            json.writeStringField("run", entry.getValue().run());
            json.writeNumberField("millis", entry.getValue().millis());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeDues(JsonGenerator json, List<Due> dues) throws IOException {
        json.writeArrayFieldStart("dues");
        for (Due due : dues) {
            json.writeStartObject();
            json.writeStringField("secret", due.secret());
            json.writeNumberField("version", due.version());
            json.writeStringField("notBefore", due.notBefore().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeNumbers(JsonGenerator json, String name, Map<String, Integer> numbers) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Integer> entry : new TreeMap<>(numbers).entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void writeTexts(JsonGenerator json, String name, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : new TreeMap<>(texts).entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /**
     * Reads what {@link #write(Stored)} wrote.
     *
     * @throws IOException if it is something else
     * @throws RuntimeException if a part of it is missing or of another type
     */
    static Stored read(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        State state = new State(
                new Header(
                        text(json, "store"),
                        text(json, "environment"),
                        json.required("epoch").longValue(),
                        Optional.ofNullable(json.get("turn"))
                                .map(StateJson::readTurn)
                                .orElse(Turn.FIRST),
                        Optional.ofNullable(json.get("holder")).map(StateJson::readHolder)),
                list(json.required("versions"), StateJson::readVersion),
                list(json.required("runs"), StateJson::readRun),
                list(json.required("intents"), StateJson::readIntent),
                map(json.required("deployments"), StateJson::readDeployment),
                list(json.required("dues"), StateJson::readDue));
        JsonNode audit = json.required("audit");
        return new Stored(state, new AuditHead(audit.required("count").longValue(), text(audit, "hash")));
    }

    private static Turn readTurn(JsonNode json) {
        return new Turn(
                text(json, "workflow"),
                instant(json, "called"),
                json.required("call").longValue(),
                json.required("attempt").intValue());
    }

    private static Header.Holder readHolder(JsonNode json) {
        return new Header.Holder(
                text(json, "run"),
                text(json, "host"),
                // States from before have none: then nobody can look.
                json.path("machine").asText(),
                json.required("pid").longValue(),
                text(json, "started"),
                instant(json, "until"));
    }

    private static Version readVersion(JsonNode json) {
        return new Version(
                text(json, "secret"),
                json.required("number").intValue(),
                Version.Status.valueOf(text(json, "status")),
                Version.Origin.valueOf(text(json, "origin")),
                Optional.ofNullable(json.get("value")).map(JsonNode::textValue).map(SecretValue::of),
                instant(json, "created"),
                instant(json, "since"),
                json.required("compromised").booleanValue());
    }

    private static Run readRun(JsonNode json) {
        return new Run(
                text(json, "id"),
                Purpose.valueOf(text(json, "purpose")),
                Run.Phase.valueOf(text(json, "phase")),
                map(json.required("from"), JsonNode::intValue),
                map(json.required("to"), JsonNode::intValue),
                map(json.required("moves"), StateJson::readMove),
                text(json, "digest"),
                text(json, "by"),
                text(json, "reason"),
                instant(json, "begun"),
                json.has("ended") ? Optional.of(instant(json, "ended")) : Optional.empty(),
                text(json, "outcome"));
    }

    private static Run.Move readMove(JsonNode json) {
        return new Run.Move(
                Course.valueOf(text(json, "course")),
                Version.Origin.valueOf(text(json, "origin")),
                Run.Overwrite.valueOf(text(json, "overwrite")));
    }

    private static Intent readIntent(JsonNode json) {
        return new Intent(
                text(json, "run"),
                text(json, "arrangement"),
                text(json, "object"),
                readSnapshot(json.required("before")),
                readSnapshot(json.required("wanted")),
                json.has("mark") ? Optional.of(new Mark(text(json, "mark"))) : Optional.empty());
    }

    private static Snapshot readSnapshot(JsonNode json) {
        return new Snapshot(new TreeMap<>(map(json, StateJson::readPart)));
    }

    private static Snapshot.Part readPart(JsonNode json) {
        try {
            return new Snapshot.Part(
                    json.required("content").binaryValue(), map(json.required("attributes"), JsonNode::textValue));
        } catch (IOException e) {
            throw new IllegalArgumentException("content is not base64");
        }
    }

    private static Deployment readDeployment(JsonNode json) {
        return new Deployment(
                text(json, "generation"),
                text(json, "run"),
                json.required("complete").booleanValue(),
                json.required("millis").longValue());
    }

    private static Due readDue(JsonNode json) {
        return new Due(text(json, "secret"), json.required("version").intValue(), instant(json, "notBefore"));
    }

    private static String text(JsonNode json, String name) {
        return json.required(name).textValue();
    }

    private static Instant instant(JsonNode json, String name) {
        return Instant.parse(text(json, name));
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> read) {
        List<T> items = new ArrayList<>(array.size());
        array.forEach(item -> items.add(read.apply(item)));
        return items;
    }

    private static <T> Map<String, T> map(JsonNode object, Function<JsonNode, T> read) {
        Map<String, T> entries = new HashMap<>();
        object.properties().forEach(entry -> entries.put(entry.getKey(), read.apply(entry.getValue())));
        return entries;
    }
}
