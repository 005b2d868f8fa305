package dev.keyturn.postgres;

import java.time.Instant;

/**
 * Who answers at an address, told by one question that leaves no setting behind: through a pooler that would reach the next client.
 *
 * <p>A server tells each client the process ID of its own session (manual, BackendKeyData), by which the client may cancel a
 * statement. A pooler that lends one session to many clients has to tell them numbers of its own. Whatever passes the server's number
 * on, as a relay or a load balancer does, is bound to that session and ends with it.
 *
 * @param told the process ID that the client was told
 * @param backend the process ID of the session that answered
 * @param started when the server behind it was, by which two names of one server are told from two servers: a promoted replica
 *     has its primary's system identifier
 */
record Front(int told, int backend, Instant started, boolean inRecovery) {
    static Front of(Session session) {
        return session.rows(
                        "asking who answers there",
                        "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_postmaster_start_time(),"
                                + " pg_catalog.pg_is_in_recovery()",
                        row -> new Front(
                                session.told(),
                                row.getInt(1),
                                row.getTimestamp(2).toInstant(),
                                row.getBoolean(3)))
                .get(0);
    }

    boolean isPooler() {
        return told != backend;
    }
}
