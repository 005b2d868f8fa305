package dev.keyturn.steps.secret;

import dev.keyturn.spi.Finding;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Placeholders;
import dev.keyturn.steps.manifest.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether values keep to their secret's policy. Says what is wrong without quoting a value. */
public final class PolicyCheck {
    private PolicyCheck() {}

    /**
     * Length and placeholder words.
     *
     * <p>It blocks in production, for a value that is to be used. Of a value that a rotation is about to replace, the caller takes
     * it as a warning: the rotation is the cure. An immutable value is only warned of, since nothing can cure it; of a
     * derived one the length alone is looked at, because its parts are secrets themselves.
     *
     * @param production whether what is wrong blocks or only warns
     */
    public static List<Finding> value(Secret secret, SecretValue value, boolean production) {
        Finding.Severity severity = production && !(secret.kind() instanceof Kind.Immutable)
                ? Finding.Severity.BLOCKS
                : Finding.Severity.WARNS;
        List<Finding> findings = new ArrayList<>();
        int length = value.length();
        int minimum = secret.policy().minimum();
        int maximum = secret.policy().maximum();
        if (length < minimum || length > maximum) {
            findings.add(new Finding(
                    severity,
                    "secret " + secret.name(),
                    "a value of " + length + " characters",
                    minimum + " to " + maximum + " characters",
                    cure(secret)));
        }
        if (!(secret.kind() instanceof Kind.Derived)) {
            Placeholders.in(value.reveal())
                    .ifPresent(what -> findings.add(new Finding(
                            severity, "secret " + secret.name(), what, "a value that nobody can guess", cure(secret))));
        }
        return findings;
    }

    /**
     * Whether a value is older than its policy allows; a warning, because a rotation is the cure.
     *
     * @param created when the value came about
     */
    public static Optional<Finding> age(Secret secret, Instant created, Instant now) {
        Duration age = Duration.between(created, now);
        return secret.policy()
                .age()
                .filter(most -> age.compareTo(most) > 0)
                .map(most -> Finding.warns(
                        "secret " + secret.name(),
                        "a value " + age.toDays() + " days old",
                        "one of at most " + most.toDays() + " days",
                        cure(secret)));
    }

    private static String cure(Secret secret) {
        if (secret.kind() instanceof Kind.Generated) {
            return "keyturn rotate --only " + secret.name();
        } else if (secret.kind() instanceof Kind.Provided provided) {
            return "write a new " + provided.key() + " into " + provided.envFile();
        } else if (secret.kind() instanceof Kind.Derived) {
            return "change what it is derived from, or its minimum and maximum";
        }
        return "";
    }
}
