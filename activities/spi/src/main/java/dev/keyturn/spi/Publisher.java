package dev.keyturn.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where consumers read: an env file, a key directory, a Kubernetes Secret. Safe for use by several threads.
 *
 * <p>Methods throw {@link AdapterException} and nothing else: UNAVAILABLE if the place cannot be reached now (a full disk counts),
 * DENIED without the right to read or write, CONFIGURATION if the place is not what the manifest says.
 */
public interface Publisher {
    /** What the publication holds now; {@link Snapshot#EMPTY} if it does not exist yet. Reads foreign content too. */
    Snapshot read();

    /** The values found in a snapshot, of the fields asked for; a field that is not there is missing from the result. */
    Map<Field, SecretValue> values(Snapshot snapshot, Set<Field> fields);

    /**
     * What {@code base} becomes when these fields hold these values: everything else stays, byte for byte. Pure: it
     * touches nothing outside. {@code values(render(b, v), v.keySet())} is {@code v}.
     *
     * @throws AdapterException VALUE_REJECTED if a value cannot be written so that consumers read it back the same
     */
    Snapshot render(Snapshot base, Map<Field, SecretValue> values);

    /**
     * What {@code base} becomes when these fields are not there: everything else stays, byte for byte. Pure. A field that is not
     * there already changes nothing; {@code values(without(b, f), f)} is empty.
     */
    Snapshot without(Snapshot base, Set<Field> fields);

    /**
     * Compares and sets: writes {@code next} if what is there is {@code expected}. Each part is replaced atomically and durably,
     * with the attributes of {@code next}. A part found equal to {@code next} already is left alone, so a call that was
     * cut off can be run again. Parts that only {@code expected} has are removed.
     *
     * @return what is there now, equal to {@code next}
     * @throws AdapterException DRIFT if a part is neither as in {@code expected} nor as in {@code next}: then nothing of
     *     the call was written
     */
    Snapshot write(Fence fence, Snapshot expected, Snapshot next);

    /** Signs that somebody else writes here too, or that consumers would not see a change. */
    List<Finding> preflight();
}
