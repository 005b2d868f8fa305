package dev.keyturn.command;

import dev.keyturn.spi.Generation;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a command inherits: Keyturn's own environment (so that PATH, HOME, DOCKER_HOST, KUBECONFIG and proxies are as the operator set
 * them) without the variables whose names say that they hold a secret, and with the generation.
 */
final class ChildEnvironment {
    static final String GENERATION = "KEYTURN_GENERATION";

    private static final Pattern SECRET =
            Pattern.compile("(?i)KEYTURN_.*|.*(PASSW|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIAL|_PW$|^PW$).*");

    private ChildEnvironment() {}

    static Map<String, String> of(Map<String, String> own, Generation generation) {
        Map<String, String> child = new TreeMap<>(own);
        child.keySet().removeIf(name -> SECRET.matcher(name).matches());
        child.put(GENERATION, generation.id());
        return child;
    }
}
