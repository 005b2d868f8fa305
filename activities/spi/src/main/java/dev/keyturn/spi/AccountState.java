package dev.keyturn.spi;

import java.util.List;

/**
 * What one account is wanted to accept, and what it may be found to accept now.
 *
 * @param who the account
 * @param accept exactly these are to log in afterwards; more than one only where the server can overlap
 * @param recognise what may work now without being drift, besides {@code accept}
 * @param mayLogin false for a role that owns things and must never log in: it gets its credential all the same, and
 *     must refuse it
 * @param overwrite true only when an operator forced it: whatever works now, even nothing known, may be replaced
 */
public record AccountState(
        Principal who, List<Credential> accept, List<Credential> recognise, boolean mayLogin, boolean overwrite) {
    public AccountState {
        accept = List.copyOf(accept);
        recognise = List.copyOf(recognise);
        if (accept.isEmpty()) {
            throw new IllegalArgumentException("an account accepts at least one credential: " + who);
        }
    }

    /** The usual case: an account that logs in, and is drift unless something recognised works. */
    public static AccountState of(Principal who, List<Credential> accept, List<Credential> recognise) {
        return new AccountState(who, accept, recognise, true, false);
    }
}
