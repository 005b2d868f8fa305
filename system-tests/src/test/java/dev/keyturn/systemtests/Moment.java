package dev.keyturn.systemtests;

/** When a fault strikes a step. */
enum Moment {
    /** Nothing of the step has happened. */
    BEFORE,
    /** Its effect has happened, or the first part of it; the step does not know. */
    MIDDLE,
    /** All of it has happened; only its result is lost. */
    AFTER
}
