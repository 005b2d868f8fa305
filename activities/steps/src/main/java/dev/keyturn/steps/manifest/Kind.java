package dev.keyturn.steps.manifest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How a secret's values come about. */
public sealed interface Kind {
    /** Made by Keyturn; {@code overlap} is how long verifiers keep the previous value, for signing keys with several verifiers. */
    record Generated(Generator generator, Optional<Duration> overlap) implements Kind {}

    /** Given by the operator, who obtained it elsewhere, as a key of an env file. */
    record Provided(Path envFile, String key) implements Kind {}

    /** Put together from others. */
    record Derived(Template template) implements Kind {}

    /** Never rotated, for the reason given. */
    record Immutable(String reason) implements Kind {}

    /** The kind's word in messages. */
    default String word() {
        if (this instanceof Generated) {
            return "generated";
        } else if (this instanceof Provided) {
            return "provided";
        } else if (this instanceof Derived) {
            return "derived";
        }
        return "immutable";
    }
}
