package dev.keyturn.redis;

import dev.keyturn.spi.Principal;
import dev.keyturn.spi.SecretValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the server knows of one user. Reading it is as good as trying every password: a user that is on accepts exactly
 * the passwords whose hashes it has, or anything if it is {@code open}.
 *
 * @param exists false if there is no such user; then nothing else means anything
 * @param on whether it may log in
 * @param open the flag {@code nopass}: any password is taken
 * @param hashes SHA-256 of the passwords, in hexadecimal
 */
record AclUser(boolean exists, boolean on, boolean open, Set<String> hashes) {
    static AclUser read(Session session, Principal who) {
        if (!(session.call("ACL", "GETUSER", who.name()) instanceof List<?> fields)) {
            return new AclUser(false, false, false, Set.of());
        }
        Set<String> flags = texts(fields, "flags");
        return new AclUser(true, flags.contains("on"), flags.contains("nopass"), texts(fields, "passwords"));
    }

    /** A password as Redis keeps it; the same for the same password. */
    static String hash(SecretValue password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password.revealBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Shows no hash: a guess could be tested against it. */
    @Override
    public String toString() {
        return "AclUser[exists=" + exists + ", on=" + on + ", open=" + open + ", " + hashes.size() + " passwords]";
    }

    private static Set<String> texts(List<?> fields, String name) {
        Set<String> texts = new TreeSet<>();
        ((List<?>) fields.get(fields.indexOf(name) + 1)).forEach(text -> texts.add((String) text));
        return texts;
    }
}
