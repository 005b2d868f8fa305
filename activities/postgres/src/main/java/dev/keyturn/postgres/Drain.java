package dev.keyturn.postgres;

import dev.keyturn.postgres.Backends.Drained;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Evidence.Unprovable;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ends what an account had open before a moment, on the server and on its replicas, and says what that shows. */
final class Drain {
    /** What two clocks may drift apart between the mark and now, over what is measured now. */
    private static final Duration DRIFT = Duration.ofSeconds(1);

    private final PostgresSettings settings;
    private final Administrator administrator;
    private final Session own;
    private final Fence fence;
    private final List<String> seen = new ArrayList<>();
    private final List<Unprovable> open = new ArrayList<>();

    /** @param own the session on the server itself, under the fence's name */
    Drain(PostgresSettings settings, Administrator administrator, Session own, Fence fence) {
        this.settings = settings;
        this.administrator = administrator;
        this.own = own;
        this.fence = fence;
    }

    Evidence run(Principal who, Instant openedBefore) {
        add(settings.server(), who, backends(own).drain(fence, who, openedBefore));
        Front itself = Front.of(own);
        for (Endpoint other :
                settings.endpoints().subList(1, settings.endpoints().size())) {
            try {
                elsewhere(other, itself, who, openedBefore);
            } catch (AdapterException e) {
                if (e.reason() != Reason.DENIED) {
                    throw e;
                }
                open.add(new Unprovable(
                        other + ": the administrator may not look there",
                        "whoever runs " + other + ": end the older sessions of " + who + " there"));
            }
        }
        return open.isEmpty()
                ? new Evidence.Proven(String.join("; ", seen))
                : new Unprovable(
                        open.stream().map(Unprovable::why).collect(Collectors.joining("; ")),
                        open.stream().map(Unprovable::who).distinct().collect(Collectors.joining("; ")));
    }

    private void elsewhere(Endpoint other, Front itself, Principal who, Instant openedBefore) {
        Front there = administrator.front(other);
        if (there.isPooler()) {
            open.add(
                    new Unprovable(
                            other
                                    + ": a pooler answers there, which keeps its clients whatever becomes of its own sessions on the"
                                    + " server, and does not show how old they are",
                            "whoever runs " + other + ": have the clients of " + who
                                    + " connect anew (in PgBouncer's console, KILL of the database ends them and RESUME lets them in)"));
        } else if (there.started().equals(itself.started())) {
            seen.add(other + ": the same server");
        } else if (there.inRecovery()) {
            replica(other, who, openedBefore);
        } else {
            open.add(new Unprovable(
                    other + ": another server answers there, and it is no replica",
                    "whoever runs " + other + ": end the older sessions of " + who
                            + " there; then remove it from endpoints, or declare it as a server"));
        }
    }

    private void replica(Endpoint other, Principal who, Instant openedBefore) {
        try (Session there = administrator.session(other, fence.sessionName())) {
            fence.check();
            // The primary is asked first: the difference then never comes out too small, and no older session passes
            // for a newer one.
            Instant here = own.now();
            Instant shifted = openedBefore.plus(Duration.between(here, there.now()));
            add(other, who, backends(there).drain(fence, who, shifted.plus(DRIFT)));
        }
    }

    private Backends backends(Session at) {
        return new Backends(at, settings.statementTimeout());
    }

    private void add(Endpoint at, Principal who, Drained drained) {
        seen.add(at + ": " + drained.ended() + " older sessions of " + who + " ended, none left, " + drained.newer()
                + " newer kept");
        if (drained.hidden() > 0) {
            open.add(new Unprovable(
                    at + ": " + drained.hidden() + " sessions of " + who
                            + " do not show their age to the administrator",
                    "a superuser: GRANT pg_read_all_stats, pg_signal_backend TO the administrator, then run it again"));
        }
        if (drained.streams() > 0) {
            open.add(new Unprovable(
                    at + ": " + drained.streams() + " older connections of " + who
                            + " stream changes to replicas or backups, and are left, or those would be lost",
                    "whoever runs these (SELECT application_name, client_addr FROM pg_stat_replication): give them the new"
                            + " password (primary_conninfo) and have them connect anew"));
        }
        if (drained.named() > 0) {
            open.add(new Unprovable(
                    at + ": " + drained.named() + " older sessions of the administrator " + who
                            + " bear a name of Keyturn's and do not end, and are left",
                    "whoever runs these (SELECT pid, client_addr FROM pg_stat_activity WHERE application_name LIKE"
                            + " 'keyturn%'): end them unless another Keyturn has them open"));
        }
    }
}
