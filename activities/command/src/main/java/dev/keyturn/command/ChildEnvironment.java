package dev.keyturn.command;

import dev.keyturn.spi.Generation;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a command inherits: Keyturn's own environment (so that PATH, HOME, DOCKER_HOST, KUBECONFIG and proxies are as the operator set
 * them) with the generation, and without what holds or may hold a secret: Compose, for one, prefers a variable of its own
 * environment to the env file that was just published, and would start the service with the old value.
 *
 * <p>Left out are the variables whose names say so (a password, token, key, a URL of a server, a driver's configuration) and those
 * whose value is a URL with a password in it. Proxies stay. There is no setting for more: a command that needs such a variable is a script
 * that reads it from where it lies, or {@code env NAME=value program} for one that is no secret.
 */
final class ChildEnvironment {
    static final String GENERATION = "KEYTURN_GENERATION";

    private static final Pattern SECRET =
            Pattern.compile("(?i)KEYTURN_.*|.*(PASSW|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIAL|_PW$|^PW$).*"
                    + "|(.*_)?(URL|URI|DSN|AUTH|AUTH_CONFIG)|.+_PWD");

    private static final Pattern PROXY = Pattern.compile("(?i).*_PROXY");

    private static final Pattern URL_WITH_PASSWORD = Pattern.compile("://[^/\\s@]*:[^\\s@]+@");

    private ChildEnvironment() {}

    static Map<String, String> of(Map<String, String> own, Generation generation) {
        Map<String, String> child = new TreeMap<>(own);
        child.entrySet().removeIf(one -> isSecret(one.getKey(), one.getValue()));
        child.put(GENERATION, generation.id());
        return child;
    }

    /** A proxy may have its password in its URL: without it nothing outside would be reached, and it is no value of the system. */
    private static boolean isSecret(String name, String value) {
        boolean tells =
                URL_WITH_PASSWORD.matcher(value).find() && !PROXY.matcher(name).matches();
        return tells || SECRET.matcher(name).matches();
    }
}
