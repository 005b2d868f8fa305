package dev.keyturn.spi;

/**
 * How a server can take one principal from an old credential to a new one.
 *
 * @param change how the change can be made
 * @param atomicSet whether {@link AccountServer#ensure} changes all its accounts or none
 * @param persistence for a person: how a change outlives a restart of the server, as found by looking, for example
 *     {@code "ACL SAVE"}; or why it would not
 */
public record Capabilities(Change change, boolean atomicSet, String persistence) {
    /** How an account goes from one credential to the next. */
    public enum Change {
        /** Accepts old and new at once: no gap. */
        OVERLAP,
        /** Two accounts take turns: no gap. */
        ALTERNATING,
        /** One credential at a time: a gap from the switch until the consumers are redeployed. */
        IN_PLACE
    }
}
