package dev.keyturn.steps.secret;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Reference;
import java.util.List;
import java.util.function.Function;

/** Text with references to secrets in braces, each percent-encoded when it is put in: {@code postgresql://{app.user}:{app}@db/app}. */
public record Template(String text, List<Reference> references) {
    /** The derived value, from what each reference stands for. */
    public SecretValue render(Function<Reference, SecretValue> values) {
        throw new IllegalStateException("to come: " + values);
    }
}
