package dev.keyturn.demo;

/** What the demo lets go wrong. */
enum Trouble {
    /** Nothing. */
    NONE,
    /** The consumer cannot start with the new values. */
    REDEPLOY,
    /** PostgreSQL is killed in the middle of the switch. */
    DATABASE,
    /** Keyturn itself is killed after the switch. */
    CRASH
}
