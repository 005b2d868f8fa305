package dev.keyturn.steps.store;

/**
 * How far the audit had come when the state was last written. It lies under the state's encryption, so whoever cuts the audit
 * short cannot cut this too.
 *
 * @param count the number of entries
 * @param hash of the last entry, 64 lower-case hexadecimal digits; empty if there is none
 */
public record AuditHead(long count, String hash) {
    public static final AuditHead NONE = new AuditHead(0, "");
}
