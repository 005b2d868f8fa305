package dev.keyturn.spi;

/** Whether something that must hold was shown to hold. */
public sealed interface Evidence {
    /**
     * Shown.
     *
     * @param what for a person: what was seen, with numbers; never a value
     */
    record Proven(String what) implements Evidence {}

    /**
     * Not to be shown from here.
     *
     * @param why the reason
     * @param who must act, and how
     */
    record Unprovable(String why, String who) implements Evidence {}
}
