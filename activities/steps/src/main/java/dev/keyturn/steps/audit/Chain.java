package dev.keyturn.steps.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.steps.store.AuditHead;
import dev.keyturn.steps.store.StoreKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The form of a line: a JSON object whose last two members are the hash of the line before and its own, which is the
 * HMAC-SHA256 of all bytes of the line before the member {@code hash}. Without the key no line can be made or changed.
 */
final class Chain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] HASH_MEMBER = ",\"hash\":\"".getBytes(US_ASCII);
    private static final byte[] LINE_END = "\"}".getBytes(US_ASCII);
    private static final int HASH_DIGITS = 64;
    private static final int SUFFIX = HASH_MEMBER.length + HASH_DIGITS + LINE_END.length;

    private final byte[] key;

    Chain(byte[] key) {
        this.key = key;
    }

    /**
     * A line that was written with the key.
     *
     * @param head the chain's head with this line
     * @param previous the hash of the line before
     */
    record Link(AuditHead head, String previous, String event, String detail) {
        boolean follows(AuditHead before) {
            return head.count() == before.count() + 1 && previous.equals(before.hash());
        }
    }

    /**
     * A line as it goes into the file, with its line end.
     *
     * @param head the chain's head with this line
     */
    record Line(byte[] bytes, AuditHead head) {}

    Line line(AuditHead before, Instant now, AuditEntry entry) {
        long sequence = before.count() + 1;
        byte[] object = json(sequence, now, entry, before.hash());
        byte[] body = Arrays.copyOf(object, object.length - 1);
        String hash = HexFormat.of().formatHex(StoreKey.hmac(key, body));
        ByteArrayOutputStream line = new ByteArrayOutputStream(body.length + SUFFIX + 1);
        line.writeBytes(body);
        line.writeBytes(HASH_MEMBER);
        line.writeBytes(hash.getBytes(US_ASCII));
        line.writeBytes(LINE_END);
        line.write('\n');
        return new Line(line.toByteArray(), new AuditHead(sequence, hash));
    }

    private static byte[] json(long sequence, Instant now, AuditEntry entry, String previous) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("seq", sequence);
            json.writeStringField("time", now.toString());
            json.writeStringField("run", entry.run());
            json.writeStringField("actor", entry.actor());
            json.writeStringField("event", entry.event());
            json.writeStringField("object", entry.object());
            json.writeStringField("detail", entry.detail());
            json.writeStringField("previous", previous);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** The line, if it was written with the key and not changed since; {@code line} is without its line end. */
    Optional<Link> read(byte[] line) {
        int body = line.length - SUFFIX;
        if (body <= 0) {
            return Optional.empty();
        }
        String hash = new String(line, body + HASH_MEMBER.length, HASH_DIGITS, US_ASCII);
        ByteArrayOutputStream wanted = new ByteArrayOutputStream(SUFFIX);
        wanted.writeBytes(HASH_MEMBER);
        wanted.writeBytes(HexFormat.of()
                .formatHex(StoreKey.hmac(key, Arrays.copyOf(line, body)))
                .getBytes(US_ASCII));
        wanted.writeBytes(LINE_END);
        if (!MessageDigest.isEqual(wanted.toByteArray(), Arrays.copyOfRange(line, body, line.length))) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(new String(line, UTF_8));
            return Optional.of(new Link(
                    new AuditHead(json.required("seq").longValue(), hash),
                    json.required("previous").textValue(),
                    json.required("event").textValue(),
                    json.required("detail").textValue()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
