package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Principal;
import java.util.List;

/** The administrator's session: opened with the first of its credentials that is taken, named, and kept. */
final class Administrator implements AutoCloseable {
    private final Connector connector;
    private final Endpoint server;
    private final List<Credential> candidates;
    private String name;
    private Session session;
    private Principal who;

    Administrator(Connector connector, Endpoint server, List<Credential> candidates, String name) {
        this.connector = connector;
        this.server = server;
        this.candidates = List.copyOf(candidates);
        this.name = clientName(name);
    }

    /** A session to look with. */
    Session session() {
        if (session != null && !answers(session)) {
            session = null;
        }
        if (session == null) {
            Session opened = connector.connect(server);
            try {
                who = logIn(opened);
                opened.call("CLIENT", "SETNAME", name);
                session = opened;
            } finally {
                if (session != opened) {
                    opened.close();
                }
            }
        }
        return session;
    }

    /**
     * A session to change things with. It bears the holder's name before the fence is checked, so that whoever takes over
     * after the check finds it and ends it.
     */
    Session session(Fence fence) {
        String wanted = clientName(fence.sessionName());
        Session named = session();
        if (!name.equals(wanted)) {
            named.call("CLIENT", "SETNAME", wanted);
            name = wanted;
        }
        fence.check();
        return named;
    }

    /** Who is logged in, once there is a session. */
    Principal who() {
        return who;
    }

    /** Logs in with the first credential that is taken, and says whose it is. */
    Principal logIn(Session opened) {
        for (Credential candidate : candidates) {
            Reply reply = opened.authenticate(candidate);
            if (reply instanceof Reply.Answer) {
                return candidate.user();
            }
            if (reply instanceof Reply.Refusal refusal && !refusal.code().equals("WRONGPASS")) {
                String found = "redis " + opened.at() + " answers AUTH with " + refusal.text();
                throw refusal.isPassing()
                        ? new AdapterException(Reason.UNAVAILABLE, found + "; nothing was changed")
                        : new AdapterException(
                                Reason.CONFIGURATION,
                                found + "; expected: Redis 6 or later with AUTH under its name; nothing was changed");
            }
        }
        throw new AdapterException(
                Reason.DENIED,
                "redis " + opened.at() + " takes none of the " + candidates.size() + " credentials of the administrator"
                        + (candidates.isEmpty() ? "" : " " + candidates.get(0).user())
                        + "; expected: one of them works, and the account is on; nothing was changed");
    }

    /** Redis takes no spaces and no control or foreign characters in the name of a session. */
    static String clientName(String name) {
        return name.replaceAll("[^!-~]", "_");
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private static boolean answers(Session session) {
        try {
            return !session.isBroken() && session.send(List.of("PING")) != null;
        } catch (AdapterException e) {
            return false;
        }
    }
}
