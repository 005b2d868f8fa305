package dev.keyturn.redis;

import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The sessions that a server has open. Redis tells a session's age in whole seconds only: the second in which it was
 * opened is what is known.
 *
 * @param session to ask with
 * @param patience how long a session may take to end
 */
record Sessions(Session session, Duration patience) {
    /**
     * One open session.
     *
     * @param opened the beginning of the second in which it was opened
     * @param link whether it links servers with each other
     */
    private record Client(String id, String user, String name, Instant opened, boolean link) {}

    /**
     * Waits for the next whole second by the server's clock, so that every session opened so far belongs to an earlier
     * second and every later one does not. Takes up to a second.
     */
    Instant nextSecond() {
        Instant start = Info.read(session, "server").time();
        Instant now = start;
        while (now.getEpochSecond() == start.getEpochSecond()) {
            LockSupport.parkNanos(Duration.between(now, Instant.ofEpochSecond(start.getEpochSecond() + 1))
                    .toNanos());
            now = Info.read(session, "server").time();
        }
        return Instant.ofEpochSecond(now.getEpochSecond());
    }

    /** Ends the sessions of {@code who} of earlier seconds than {@code openedBefore}. */
    Evidence drain(Fence fence, Principal who, Instant openedBefore) {
        Set<String> ended = new HashSet<>();
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            List<Client> theirs = list().stream()
                    .filter(client -> client.user().equals(who.name()) && !isOwn(client, fence))
                    .toList();
            List<Client> before = theirs.stream()
                    .filter(client -> client.opened().isBefore(openedBefore))
                    .toList();
            List<Client> older = before.stream()
                    .filter(client -> !client.link())
                    .filter(client -> !client.opened().plusSeconds(1).isAfter(openedBefore))
                    .toList();
            if (older.isEmpty()) {
                return evidence(who, openedBefore, ended.size(), before, theirs.size() - before.size());
            }
            if (System.nanoTime() > end) {
                return new Evidence.Unprovable(
                        older.size() + " sessions of user " + who + " do not end although they were killed",
                        "whoever runs redis " + session.at() + ": look at CLIENT LIST");
            }
            for (Client client : older) {
                // The user once more: the session may have become somebody else's since.
                session.call("CLIENT", "KILL", "ID", client.id(), "USER", who.name());
                ended.add(client.id());
            }
        }
    }

    /** Ends the sessions that lower epochs of the fence's store left. */
    int endOlder(Fence fence) {
        String prefix = Administrator.clientName(fence.sessionPrefix());
        int ended = 0;
        for (Client client : list()) {
            if (client.name().startsWith(prefix)) {
                String epoch = client.name().substring(prefix.length());
                if (epoch.matches("[0-9]{1,18}") && Long.parseLong(epoch) < fence.epoch()) {
                    session.call("CLIENT", "KILL", "ID", client.id());
                    ended++;
                }
            }
        }
        return ended;
    }

    /** Redis does not say with which of the passwords that were accepted a session came in. */
    private Evidence evidence(Principal who, Instant openedBefore, int ended, List<Client> left, int newer) {
        long links = left.stream().filter(Client::link).count();
        if (links > 0) {
            return new Evidence.Unprovable(
                    links + " replication links were opened by user " + who + " and live on until they reconnect",
                    "whoever runs the servers: give each replica of redis " + session.at()
                            + " the new password (CONFIG SET masterauth, CONFIG REWRITE)");
        }
        if (!left.isEmpty()) {
            return new Evidence.Unprovable(
                    left.size() + " sessions of user " + who + " were opened in the very second of " + openedBefore
                            + ", which Redis does not tell apart further; " + ended + " older ones were ended",
                    "keyturn: run again with a later moment");
        }
        return new Evidence.Proven(ended + " sessions of user " + who + " opened before " + openedBefore
                + " were ended; CLIENT LIST shows none that is left, " + newer + " newer kept");
    }

    private static boolean isOwn(Client client, Fence fence) {
        return client.name().equals("keyturn")
                || client.name().startsWith(Administrator.clientName(fence.sessionPrefix()));
    }

    private List<Client> list() {
        // One transaction, so that both use the same time.
        List<Reply> replies = session.transaction(List.of(List.of("INFO", "server"), List.of("CLIENT", "LIST")));
        Instant now = Info.of((String) session.answer(replies.get(0), "INFO")).time();
        List<Client> clients = new ArrayList<>();
        String listed = (String) session.answer(replies.get(1), "CLIENT LIST");
        listed.lines().forEach(line -> {
            Map<String, String> fields = new HashMap<>();
            for (String field : line.split(" ")) {
                int equals = field.indexOf('=');
                if (equals > 0) {
                    fields.put(field.substring(0, equals), field.substring(equals + 1));
                }
            }
            String flags = fields.getOrDefault("flags", "");
            clients.add(new Client(
                    fields.get("id"),
                    fields.getOrDefault("user", ""),
                    fields.getOrDefault("name", ""),
                    Instant.ofEpochSecond(now.getEpochSecond() - Long.parseLong(fields.get("age"))),
                    flags.contains("S") || flags.contains("M")));
        });
        return clients;
    }
}
