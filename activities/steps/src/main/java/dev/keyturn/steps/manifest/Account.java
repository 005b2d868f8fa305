package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Principal;

/**
 * The account that a password opens.
 *
 * @param server the server's name in the manifest
 * @param user the account's name on the server
 * @param login false for a role that must never log in
 */
public record Account(String server, Principal user, boolean login) {
    @Override
    public String toString() {
        return user + " on " + server;
    }
}
