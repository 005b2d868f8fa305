package dev.keyturn.workflows.contract;

/** What a run is for. All of them converge on an arrangement; they differ in which. */
public enum Purpose {
    /** New versions of secrets that have values already. */
    ROTATE,
    /** Values for secrets that have none yet: taken over where they are found, generated where they are not. */
    SETUP,
    /** Values taken over from where they are found, into the store; nothing outside is changed. */
    IMPORT,
    /** What an earlier run left, or copies that differ, brought back to the versions that the store calls current. */
    REPAIR
}
