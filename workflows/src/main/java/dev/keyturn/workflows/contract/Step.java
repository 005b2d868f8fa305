package dev.keyturn.workflows.contract;

import java.util.Locale;

/**
 * One visible effect on one object, to be made only as far as it is not there yet.
 *
 * @param arrangement the arrangement aimed at: {@code introduce}, {@code promote}, {@code withdraw} or {@code start}
 * @param kind what is done
 * @param object to what: a server, a publication, a service, by its name in the manifest
 * @param summary for the list of steps and Temporal's web UI; never a value
 * @param withinSeconds how long one try may take
 */
public record Step(String arrangement, Kind kind, String object, String summary, long withinSeconds) {
    /** The kinds of step, in the order in which they come within a pass. */
    public enum Kind {
        /** Accounts that can overlap accept the wanted value besides what they accept now. */
        WIDEN,
        /** A service is stopped, because its data cannot be read under two keys. */
        STOP,
        /** Rows are re-encrypted. */
        REENCRYPT,
        /** A publication holds the wanted values. */
        PUBLISH,
        /** Accounts that cannot overlap accept the wanted value instead. */
        SWITCH,
        /** The administrator's own account, last and alone. */
        SWITCH_ADMINISTRATOR,
        /** A service that was stopped runs again. */
        START,
        /** A service runs with what is published. */
        REDEPLOY,
        /** A service works, and the values that it was given log in. */
        CHECK,
        /** Accounts accept the wanted value alone, and sessions of the old one are ended. */
        NARROW;

        /** Whether it changes accounts, in a session of an administrator. */
        public boolean isOfAccounts() {
            return this == WIDEN || this == SWITCH || this == SWITCH_ADMINISTRATOR || this == NARROW;
        }
    }

    /** The same for the same step of the same arrangement. */
    public String id() {
        return arrangement + " " + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + object;
    }
}
