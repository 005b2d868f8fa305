package dev.keyturn.steps.look;

/** How an object stands between the two sides of a run. */
public enum Stand {
    /** It has the old value alone. */
    OLD,
    /** It has the new value alone. */
    NEW,
    /** It has both, or both are the same. */
    BOTH,
    /** It has neither: somebody else changed it. */
    NEITHER,
    /** There is nothing there yet. */
    ABSENT,
    /** It takes anything: nothing can be proven. */
    OPEN,
    /** It does not answer. */
    UNREACHABLE,
    /** It was not asked: its server did not let Keyturn look, or cannot be asked in the way the manifest says. */
    UNASKED,
    /** It cannot be asked by a login: a role that must not log in. */
    UNSEEN
}
