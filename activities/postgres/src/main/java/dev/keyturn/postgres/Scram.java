package dev.keyturn.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.SecretValue;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.postgresql.util.PasswordUtil;

/**
 * SCRAM-SHA-256 verifiers as PostgreSQL stores them: {@code SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server
 * key>} (RFC 5803; PostgreSQL manual, pg_authid). Computed here, so that the server, its log and its statistics never
 * see the password.
 */
final class Scram {
    /** A verifier of another form would silently be hashed as if it were a password; and this one needs no quoting. */
    private static final Pattern FORM =
            Pattern.compile("SCRAM-SHA-256\\$(\\d+):([A-Za-z0-9+/=]+)\\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+");

    private static final int SALT_BYTES = 16;

    private Scram() {}

    /**
     * The verifier of one credential on one server: always the same, so that applying it again changes nothing that a
     * pooler compares.
     *
     * <p>The salt comes from the password, the user and the server, so no two accounts share one. A server shows the
     * salt to anybody who starts a login, and a salt made from a password lets a guess be tested. So deriving it costs
     * as much as deriving the verifier: a guess by the salt is never cheaper than one by a stolen verifier, and
     * hopeless for generated values of 128 bits and more.
     *
     * @param server the server's system identifier
     * @throws AdapterException VALUE_REJECTED if clients could not agree on the password's form
     */
    static String verifier(Credential credential, String server, int iterations) {
        char[] password = preparable(credential);
        byte[] salt = new byte[SALT_BYTES];
        byte[] place =
                ("keyturn postgres salt\0" + server + "\0" + credential.user().name()).getBytes(UTF_8);
        PBEKeySpec slow = new PBEKeySpec(password, place, Math.max(4096, iterations), SALT_BYTES * 8);
        try {
            salt = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(slow)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256");
        } finally {
            slow.clearPassword();
        }
        String verifier = encoded(password, iterations, salt, credential);
        if (!FORM.matcher(verifier).matches()) {
            throw new IllegalStateException("the driver computes verifiers of another form than PostgreSQL's");
        }
        return verifier;
    }

    /** Whether what a server stores is the verifier of this password; false for any other form than SCRAM-SHA-256. */
    static boolean matches(String stored, Credential credential) {
        Matcher form = FORM.matcher(stored);
        if (!form.matches()) {
            return false;
        }
        byte[] salt = Base64.getDecoder().decode(form.group(2));
        String same = encoded(preparable(credential), Integer.parseInt(form.group(1)), salt, credential);
        return MessageDigest.isEqual(same.getBytes(UTF_8), stored.getBytes(UTF_8));
    }

    /** @throws AdapterException VALUE_REJECTED if clients could not agree on the password's form */
    static void checkForm(Credential credential) {
        encoded(preparable(credential), 1, new byte[SALT_BYTES], credential);
    }

    private static String encoded(char[] password, int iterations, byte[] salt, Credential credential) {
        try {
            return PasswordUtil.encodeScramSha256(password, iterations, salt);
        } catch (RuntimeException quotesThePassword) {
            throw rejected(credential, "characters that SASLprep (RFC 4013) does not allow");
        }
    }

    private static char[] preparable(Credential credential) {
        SecretValue password = credential.password();
        String text = password.reveal();
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw rejected(credential, text.isEmpty() ? "nothing" : "a NUL character");
        }
        return text.toCharArray();
    }

    private static AdapterException rejected(Credential credential, String found) {
        return new AdapterException(
                Reason.VALUE_REJECTED,
                "password of role " + credential.user() + ": found " + found
                        + ", expected a text that every client prepares alike; nothing was changed; use another value");
    }
}
