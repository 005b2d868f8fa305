package dev.keyturn.postgres;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Capabilities.Change;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.ServerIdentity;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A PostgreSQL server. See {@link AccountServer} for what the methods promise. */
final class PostgresServer implements AccountServer {
    private final PostgresSettings settings;
    private final Connector connector;
    private final Administrator administrator;
    private final String sessionName;
    private final LoginProbe.Controls controls = new LoginProbe.Controls();
    private Session session;

    PostgresServer(PostgresSettings settings, List<Credential> administrator, String sessionName) {
        this.settings = settings;
        this.connector = new Connector(settings);
        this.administrator = new Administrator(settings, administrator);
        this.sessionName = sessionName;
    }

    @Override
    public ServerIdentity identity() {
        return new ServerIdentity("postgres", RoleChange.systemIdentifier(session()));
    }

    @Override
    public List<Endpoint> endpoints() {
        return settings.endpoints();
    }

    @Override
    public Capabilities capabilities(Principal who) {
        boolean fsync = session().text("reading a setting", "SHOW fsync").equals("on");
        return new Capabilities(
                Change.IN_PLACE,
                true,
                fsync
                        ? "a committed change is in the write-ahead log"
                        : "a committed change outlives the server's process, but with fsync = off not a crash of its machine");
    }

    @Override
    public Login login(Endpoint via, Credential credential) {
        return probe(sessionName).ask(via, credential).toLogin();
    }

    @Override
    public List<Finding> preflight(List<AccountState> wanted) {
        return new Preflight(settings, session(), probe(sessionName)).look(wanted);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The order makes a late holder harmless: the session first, then the fence, then the look, then the write. An
     * attempt that ends without an answer is followed by a look, never by an assumption.
     */
    @Override
    public List<Applied> ensure(Fence fence, List<AccountState> wanted) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        Set<Principal> sent = new HashSet<>();
        try {
            change(fence, wanted, sent);
            prove(fence, wanted, sent);
        } catch (AdapterException e) {
            throw new AdapterException(e.reason(), e.getMessage() + soFar(e, sent));
        }
        return wanted.stream().map(state -> applied(state, sent)).toList();
    }

    /** {@inheritDoc} The time by the server's clock, in microseconds, as {@code pg_stat_activity.backend_start} tells it. */
    @Override
    public Mark mark() {
        return new Mark(session().now().toString());
    }

    /**
     * {@inheritDoc}
     *
     * <p>On a replica a session that was opened within a second after the mark may be ended too: its clock is another.
     */
    @Override
    public Evidence drain(Fence fence, Principal who, Mark mark) {
        Instant openedBefore = moment(mark);
        Session own = session(fence.sessionName());
        fence.check();
        return new Drain(settings, administrator, own, fence).run(who, openedBefore);
    }

    private static Instant moment(Mark mark) {
        try {
            return Instant.parse(mark.text());
        } catch (DateTimeParseException e) {
            throw new AdapterException(
                    Reason.CONFIGURATION, "the mark " + mark + " is no time of a PostgreSQL; no session was ended");
        }
    }

    @Override
    public int endOlderSessions(Fence fence) {
        Session own = session(fence.sessionName());
        fence.check();
        return new Backends(own, settings.statementTimeout()).endOlder(fence);
    }

    @Override
    public void close() {
        dropSession();
    }

    /** Looks and changes, again while the server is there and something that passes keeps it from answering. */
    private void change(Fence fence, List<AccountState> wanted, Set<Principal> sent) {
        Deadline deadline = new Deadline(settings.statementTimeout().plus(settings.lockTimeout()));
        while (true) {
            Session own = session(fence.sessionName());
            try {
                fence.check();
                Accounts.check(wanted, own.administrator().name());
                new RoleChange(own, accounts(fence)).run(wanted, sent);
                return;
            } catch (AdapterException e) {
                if (e.reason() != Reason.UNAVAILABLE || !deadline.pause()) {
                    throw e;
                }
                // Nobody knows what became of this session's transaction: the next session looks.
                dropSession();
            }
        }
    }

    /** Waits for replicas and poolers that follow a moment later. The session that wrote stays open meanwhile. */
    private void prove(Fence fence, List<AccountState> wanted, Set<Principal> sent) {
        Deadline deadline = new Deadline(settings.statementTimeout());
        Accounts accounts = accounts(fence);
        for (Endpoint via : settings.endpoints()) {
            for (AccountState state : wanted) {
                if (via.equals(settings.server()) && !sent.contains(state.who())) {
                    continue;
                }
                Optional<String> missing = accounts.missing(session, via, state);
                while (missing.isPresent()) {
                    // Replicas and poolers are waited for; a server that went away is not: the caller looks again.
                    boolean gone = via.equals(settings.server()) && !session.isAlive();
                    if (gone || !deadline.pause()) {
                        throw new AdapterException(
                                Reason.UNAVAILABLE,
                                missing.get() + "; expected the new password alone to be accepted within "
                                        + settings.statementTimeout().toSeconds() + " s");
                    }
                    missing = accounts.missing(session, via, state);
                }
            }
        }
    }

    private Applied applied(AccountState state, Set<Principal> sent) {
        boolean changed = sent.contains(state.who());
        String proof = state.mayLogin()
                ? "login accepted"
                : "password recognised and login refused, as for a role without LOGIN";
        String way = session.way().isEmpty() ? "" : " " + session.way();
        return new Applied(
                state.who(),
                changed,
                (changed ? "verifier set" + way + "; " : "found as wanted; ") + proof
                        + ", a wrong password refused, through " + settings.endpoints());
    }

    private static String soFar(AdapterException e, Set<Principal> sent) {
        if (e.getMessage().contains("nothing was changed")) {
            return "";
        }
        return sent.isEmpty()
                ? "; nothing was changed"
                : "; " + sent.size() + " roles were sent their new verifiers in one transaction: run it again to look";
    }

    private Accounts accounts(Fence fence) {
        return new Accounts(probe(fence.sessionName()), settings.server());
    }

    private LoginProbe probe(String name) {
        return new LoginProbe(connector, name, controls);
    }

    private Session session() {
        return session(session == null ? sessionName : session.name());
    }

    /** A session under this name: the one that is open, or a new one. */
    private Session session(String name) {
        if (session != null && !(session.name().equals(name) && session.isAlive())) {
            dropSession();
        }
        if (session == null) {
            session = administrator.session(name);
        }
        return session;
    }

    private void dropSession() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
