package dev.keyturn.spi;

/**
 * What {@link AccountServer#ensure} did to one account.
 *
 * @param who the account
 * @param changed false when everything was as wanted and nothing was sent
 * @param detail for a person: what was done and how it was proven; never a value
 */
public record Applied(Principal who, boolean changed, String detail) {}
