package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Principal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The sessions on one server, and how they are ended. */
final class Backends {
    private final Session session;
    private final Duration patience;

    /** @param patience how long to wait until a session that was told to end is gone */
    Backends(Session session, Duration patience) {
        this.session = session;
        this.patience = patience;
    }

    /** One session of somebody. The time tells it from a later one under the same process ID. */
    private record Backend(int pid, String application, Timestamp started) {}

    /**
     * What a drain did.
     *
     * @param ended how many sessions were ended
     * @param hidden how many of the account's sessions do not show their age to the administrator
     * @param streams how many older connections for replication and backups stay
     * @param named how many older sessions of the administrator stay because they bear a name of Keyturn's
     * @param newer how many were opened later, and stay
     */
    record Drained(int ended, int hidden, int streams, int named, int newer) {}

    /**
     * Ends the sessions of an account that were opened before a moment, except this one; waits until they are gone.
     *
     * <p>Any client can give itself a name of Keyturn's. So a name spares a session of the administrator alone, since another
     * Keyturn may have it open; and one that stays is counted.
     */
    Drained drain(Fence fence, Principal who, Instant openedBefore) {
        String user = who.name();
        Timestamp before = Timestamp.from(openedBefore);
        boolean administrator = who.equals(session.administrator());
        String[] names = administrator ? new String[] {fence.sessionName(), "keyturn"} : new String[0];
        String theirs = "usename::text = ? AND pid <> pg_backend_pid()";
        // Who may not see a session's details may not see its kind either.
        String clients = theirs + " AND coalesce(backend_type, 'client backend') = 'client backend'";
        String nameless = clients + " AND application_name <> ALL (?)";
        int ended = endAll(
                "ending older sessions of role " + user, nameless + " AND backend_start < ?", user, names, before);
        List<Boolean> left = session.rows(
                "counting sessions of role " + user,
                "SELECT backend_start IS NULL FROM pg_stat_activity WHERE " + nameless,
                row -> row.getBoolean(1),
                user,
                names);
        int hidden = (int) left.stream().filter(Boolean::booleanValue).count();
        // A process of the server's own that bears the role's name has no client, and never logged in.
        int streams = find(
                        "counting replication of role " + user,
                        theirs + " AND backend_type <> 'client backend' AND client_port IS NOT NULL"
                                + " AND backend_start < ?",
                        user,
                        before)
                .size();
        int named = administrator ? named(clients, user, names, before) : 0;
        return new Drained(ended, hidden, streams, named, left.size() - hidden);
    }

    /** Those of other steps and of logins end by themselves, and soon. */
    private int named(String clients, String user, String[] names, Timestamp before) {
        Deadline deadline = new Deadline(patience);
        while (true) {
            int named = find(
                            "counting sessions of role " + user,
                            clients + " AND application_name = ANY (?) AND backend_start < ?",
                            user,
                            names,
                            before)
                    .size();
            if (named == 0 || !deadline.pause()) {
                return named;
            }
        }
    }

    /** Ends the sessions of Keyturn's holders before this one, and of earlier tries of this one; waits until they are gone. */
    int endOlder(Fence fence) {
        return endAll(
                "ending sessions of older holders",
                "starts_with(application_name, ?) AND pid <> pg_backend_pid()"
                        + " AND CASE WHEN substr(application_name, length(?) + 1) ~ '^[0-9]{1,18}$'"
                        + " THEN substr(application_name, length(?) + 1)::bigint <= ? ELSE false END",
                fence.sessionPrefix(),
                fence.sessionPrefix(),
                fence.sessionPrefix(),
                fence.epoch());
    }

    private int endAll(String doing, String which, Object... parameters) {
        int ended = 0;
        Deadline deadline = new Deadline(patience);
        List<Backend> seen = find(doing, which, parameters);
        Set<Backend> told = new HashSet<>();
        while (!seen.isEmpty()) {
            for (Backend backend : seen) {
                if (told.add(backend)) {
                    ended++;
                }
                // In one statement, so that a process ID that was given away meanwhile is not hit.
                session.rows(
                        doing,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE pid = ? AND backend_start IS NOT DISTINCT FROM ?",
                        row -> row.getBoolean(1),
                        backend.pid(),
                        backend.started());
            }
            if (!deadline.pause()) {
                throw new AdapterException(
                        Reason.UNAVAILABLE,
                        doing + ": found " + seen.size() + " still there after " + patience.toSeconds()
                                + " s, expected none; run it again");
            }
            seen = find(doing, which, parameters);
        }
        return ended;
    }

    private List<Backend> find(String doing, String which, Object... parameters) {
        return session.rows(
                doing,
                "SELECT pid, application_name, backend_start FROM pg_stat_activity WHERE " + which,
                row -> new Backend(row.getInt(1), row.getString(2), row.getTimestamp(3)),
                parameters);
    }
}
