package dev.keyturn.redis;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.ServerIdentity;
import dev.keyturn.spi.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One Redis server. Every account of it overlaps; every change of several accounts is made by one transaction. */
final class RedisServer implements AccountServer {
    private final Settings settings;
    private final Connector connector;
    private final Administrator administrator;
    private final Probe probe;

    RedisServer(Settings settings, List<Credential> administrator, String sessionName) {
        this.settings = settings;
        this.connector = new Connector(
                settings.flag("tls"),
                settings.optionalPath("ca-file"),
                settings.duration("connect-timeout"),
                settings.duration("command-timeout"));
        this.administrator = new Administrator(connector, server(), administrator, sessionName);
        this.probe = new Probe(connector);
    }

    /**
     * A node of a cluster has an identity that it keeps. A server alone has none: its {@code run_id} is the same under every
     * address and belongs to no other server, but is a new one after a restart. Its replication ID does no better, for that is new after a
     * restart too, and a replica has the one of its primary although it has accounts of its own. So two identities
     * may be compared when both were asked for at about the same time; an unequal one from before means
     * nothing.
     */
    @Override
    public ServerIdentity identity() {
        Session session = administrator.session();
        boolean clustered = Info.read(session, "cluster").get("cluster_enabled").equals("1");
        return new ServerIdentity(
                "redis",
                clustered
                        ? (String) session.call("CLUSTER", "MYID")
                        : Info.read(session, "server").get("run_id"));
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>(List.of(server()));
        if (settings.has("endpoints")) {
            settings.list("endpoints").forEach(text -> endpoints.add(endpoint(text)));
        }
        return List.copyOf(endpoints);
    }

    @Override
    public Capabilities capabilities(Principal who) {
        return new Capabilities(
                Capabilities.Change.OVERLAP,
                true,
                Persistence.find(administrator.session(), settings.text("persist"))
                        .toString());
    }

    @Override
    public Login login(Endpoint via, Credential credential) {
        return probe.login(via, credential);
    }

    @Override
    public List<Finding> preflight(List<AccountState> wanted) {
        return new Preflight(administrator, connector).look(wanted, endpoints(), settings.text("persist"));
    }

    /**
     * {@inheritDoc}
     *
     * <p>What the server knows is saved in every case, also when nothing else is to do: a run that was cut may have changed it
     * and not saved it. A server that cannot save is left as it is.
     */
    @Override
    public List<Applied> ensure(Fence fence, List<AccountState> wanted) {
        List<Endpoint> endpoints = endpoints();
        Session session = administrator.session(fence);
        refuseUnlessApart(wanted);
        List<Change> changes = new ArrayList<>();
        for (AccountState state : wanted) {
            changes.add(new Change(state, AclUser.read(session, state.who())));
        }
        refuseObstacles(changes);
        Persistence persistence = Persistence.find(session, settings.text("persist"));
        persistence.hazard(session).ifPresent(hazard -> {
            throw configuration("redis " + server() + ": " + hazard);
        });
        return new Transition(session, persistence, probe, endpoints, fence).run(changes);
    }

    /** {@inheritDoc} By the numbers that the server gives to its sessions: it tells their age in whole seconds only. */
    @Override
    public Mark mark() {
        return sessions(administrator.session()).mark();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Links between servers are never ended, since a replica would be lost; the evidence says that they are left.
     */
    @Override
    public Evidence drain(Fence fence, Principal who, Mark mark) {
        return sessions(administrator.session(fence)).drain(fence, who, mark);
    }

    @Override
    public int endOlderSessions(Fence fence) {
        return sessions(administrator.session(fence)).endOlder(fence);
    }

    @Override
    public void close() {
        administrator.close();
    }

    private Sessions sessions(Session session) {
        return new Sessions(session, administrator.who(), settings.duration("command-timeout"));
    }

    private void refuseUnlessApart(List<AccountState> wanted) {
        Set<Principal> seen = new HashSet<>();
        for (AccountState state : wanted) {
            if (!seen.add(state.who())) {
                throw configuration("account " + state.who() + " on redis " + server() + " comes twice in one call");
            }
            if (state.who().equals(administrator.who()) && wanted.size() > 1) {
                throw configuration("account " + state.who() + " on redis " + server()
                        + " is the administrator's own and must come alone, not with " + (wanted.size() - 1)
                        + " others");
            }
            if (state.who().equals(administrator.who()) && !state.mayLogin()) {
                throw configuration("account " + state.who() + " on redis " + server()
                        + " is the administrator's own and must be able to log in");
            }
        }
    }

    /** Names every account that cannot be changed, not only the first. */
    private void refuseObstacles(List<Change> changes) {
        List<String> texts = new ArrayList<>();
        Set<Reason> reasons = new HashSet<>();
        for (Change change : changes) {
            change.obstacle().ifPresent(obstacle -> {
                reasons.add(obstacle.reason());
                texts.add("account " + change.wanted().who() + " on redis " + server() + ": found: " + obstacle.found()
                        + "; expected: " + obstacle.expected()
                        + ". Next: " + obstacle.next());
            });
        }
        if (!texts.isEmpty()) {
            Reason reason = reasons.contains(Reason.DRIFT)
                    ? Reason.DRIFT
                    : reasons.contains(Reason.CONFIGURATION) ? Reason.CONFIGURATION : Reason.VALUE_REJECTED;
            throw new AdapterException(
                    reason, texts.stream().collect(Collectors.joining("\n")) + "\nNothing was changed.");
        }
    }

    private Endpoint server() {
        return new Endpoint(settings.text("host"), settings.integer("port"));
    }

    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= 65_535) {
                return new Endpoint(text.substring(0, colon).replaceAll("^\\[|]$", ""), port);
            }
        } catch (NumberFormatException e) {
            // Said below, with what was found.
        }
        throw configuration("endpoint " + text + ": expected host:port");
    }

    private static AdapterException configuration(String message) {
        return new AdapterException(Reason.CONFIGURATION, message + "; nothing was changed");
    }
}
