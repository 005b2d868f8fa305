package dev.keyturn.redis;

import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The difference between what one account is wanted to accept and what it accepts. It is made in two moves: widen,
 * then narrow to what is wanted. Only hashes that were found are removed, each by name: one that has gone in the
 * meantime makes the server refuse the whole move, and one that has come stays and is found.
 */
record Change(AccountState wanted, AclUser found) {
    /** Why a change must not be made. */
    record Obstacle(Reason reason, String found, String expected, String next) {}

    /** The hashes that the account is to have in the end. */
    Set<String> accept() {
        return hashes(wanted.accept());
    }

    /** The hashes to add. */
    Set<String> missing() {
        return without(accept(), found.hashes());
    }

    /** The hashes to remove. Only when it is forced do they hold one that nobody knows. */
    Set<String> surplus() {
        return without(found.hashes(), accept());
    }

    /** What is recognised and not wanted: to be refused in the end. */
    List<Credential> unwanted() {
        return wanted.recognise().stream()
                .filter(credential -> credential.user().equals(wanted.who()))
                .filter(credential -> !wanted.accept().contains(credential))
                .toList();
    }

    boolean widens() {
        return !missing().isEmpty() || found.on() != wanted.mayLogin() || found.open();
    }

    boolean narrows() {
        return !surplus().isEmpty();
    }

    /** Adds what is missing; a password ends {@code nopass}. */
    List<String> widening() {
        List<String> words = setUser();
        words.add(wanted.mayLogin() ? "on" : "off");
        // All of them, not only the missing ones: with "nopass" the server has none, and one that is there does no
        // harm.
        accept().forEach(hash -> words.add("#" + hash));
        return words;
    }

    /** Removes what is surplus, all of it or nothing. */
    List<String> narrowing() {
        List<String> words = setUser();
        surplus().forEach(hash -> words.add("!" + hash));
        return words;
    }

    /**
     * The truth table: what is wanted and found already, or recognised, may be changed; anything else is somebody's work and
     * stays. A password that is neither wanted nor recognised is drift even beside a known one: it may be the one that a
     * consumer uses, so it is neither removed nor left accepted in silence.
     */
    Optional<Obstacle> obstacle() {
        if (!found.exists()) {
            return obstacle(
                    Reason.CONFIGURATION,
                    "there is no such user",
                    "a user, made with the rights it needs",
                    "ACL SETUSER on the server, or correct the manifest");
        }
        for (Credential credential : wanted.accept()) {
            if (!credential.user().equals(wanted.who())) {
                return obstacle(
                        Reason.CONFIGURATION,
                        "a credential of another user, " + credential.user(),
                        "credentials of this user: Redis overlaps passwords and needs no second user",
                        "correct the manifest");
            }
            if (credential.password().length() == 0) {
                return obstacle(
                        Reason.VALUE_REJECTED,
                        "an empty password",
                        "one that is not empty",
                        "give it a value, then: keyturn check");
            }
        }
        if (wanted.overwrite()) {
            return Optional.empty();
        }
        String force = "find out who changed it; keyturn setup --force overwrites it";
        if (found.open()) {
            return obstacle(
                    Reason.CONFIGURATION,
                    "any password is accepted (nopass), so nothing can be proven",
                    "a user with a password",
                    force);
        }
        Set<String> known = new TreeSet<>(accept());
        known.addAll(hashes(unwanted()));
        int unknown = without(found.hashes(), known).size();
        int total = found.hashes().size();
        if (unknown == total) {
            return obstacle(
                    Reason.DRIFT,
                    "none of its " + total + " passwords is known",
                    "the wanted password or a recognised one",
                    force);
        }
        if (unknown > 0) {
            return obstacle(
                    Reason.DRIFT,
                    unknown + " of its " + total + " passwords " + (unknown == 1 ? "is" : "are") + " not known",
                    "no password besides the wanted and the recognised ones",
                    "remove it with ACL SETUSER on the server, or add it to what is recognised; keyturn setup --force"
                            + " removes it");
        }
        if (found.on() != wanted.mayLogin()) {
            return obstacle(
                    Reason.DRIFT,
                    found.on() ? "it is on and may log in" : "it is off and may not log in",
                    wanted.mayLogin() ? "a user that is on" : "a user that is off, as the manifest says login: false",
                    force);
        }
        return Optional.empty();
    }

    private static Optional<Obstacle> obstacle(Reason reason, String found, String expected, String next) {
        return Optional.of(new Obstacle(reason, found, expected, next));
    }

    private List<String> setUser() {
        return new ArrayList<>(List.of("ACL", "SETUSER", wanted.who().name()));
    }

    private static Set<String> hashes(List<Credential> credentials) {
        Set<String> hashes = new TreeSet<>();
        credentials.forEach(credential -> hashes.add(AclUser.hash(credential.password())));
        return hashes;
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }
}
