package dev.keyturn.steps.manifest;

import java.util.Map;

/** Whether what a reference names is there. */
final class References {
    private References() {}

    /**
     * Adds a problem if the secret is unknown or has no such part.
     *
     * @param declared all that the manifest names
     * @param built those of them that could be built; of the others nothing is known
     */
    static void check(
            Problems problems,
            Position at,
            Reference reference,
            Map<String, Found> declared,
            Map<String, Secret> built) {
        if (!declared.containsKey(reference.secret())) {
            problems.unknown(at, reference.secret(), "the name of a secret", declared.keySet());
            return;
        }
        Secret secret = built.get(reference.secret());
        if (secret == null) {
            return;
        }
        if (reference.part() == Reference.Part.USER && secret.account().isEmpty()) {
            problems.add(at, "`" + reference + "`", "a secret with an `account`; only such a one has a user");
        }
        boolean overlaps = secret.kind() instanceof Kind.Generated generated
                && generated.overlap().isPresent();
        if (reference.part() == Reference.Part.PREVIOUS && !overlaps) {
            problems.add(
                    at, "`" + reference + "`", "a secret with an `overlap`; only such a one keeps its previous value");
        }
    }
}
