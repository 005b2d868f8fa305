package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The sessions that a server has open. It numbers them in the order in which they were opened, and begins anew when it is started
 * (<a href="https://redis.io/docs/latest/commands/client-id/">CLIENT ID</a>), so the run's identity goes with a number.
 *
 * @param session to ask with
 * @param administrator who is logged in with it
 * @param patience how long a session may take to end
 */
record Sessions(Session session, Principal administrator, Duration patience) {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private static final Pattern MARK = Pattern.compile("run ([^,]*), session ([0-9]{1,18})");

    /**
     * One open session.
     *
     * @param link whether it links servers with each other
     */
    private record Client(long id, String user, String name, boolean link) {}

    /**
     * All sessions at one moment.
     *
     * @param run of the server, which is another after each start
     * @param own the number of the session that asked
     */
    private record Listed(String run, long own, List<Client> clients) {}

    /** The run of the server and the number of its youngest session. */
    Mark mark() {
        Listed listed = list();
        long youngest = listed.clients().stream().mapToLong(Client::id).max().orElse(0);
        return new Mark("run " + listed.run() + ", session " + youngest);
    }

    /**
     * Ends the sessions of {@code who} up to the mark, except this one.
     *
     * <p>Any client can give itself a name of Keyturn's. So a name spares a session of the administrator alone, since another
     * Keyturn may have it open; and one that stays is no evidence.
     */
    Evidence drain(Fence fence, Principal who, Mark mark) {
        Matcher read = MARK.matcher(mark.text());
        if (!read.matches()) {
            throw new AdapterException(
                    Reason.CONFIGURATION, "the mark " + mark + " is no session of a Redis; no session was ended");
        }
        long last = Long.parseLong(read.group(2));
        Set<Long> ended = new HashSet<>();
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Listed listed = list();
            if (!listed.run().equals(read.group(1))) {
                return new Evidence.Proven(
                        "the server has been started anew since, which ended every session of user " + who);
            }
            List<Client> theirs = listed.clients().stream()
                    .filter(client -> client.user().equals(who.name()) && client.id() != listed.own())
                    .toList();
            List<Client> before =
                    theirs.stream().filter(client -> client.id() <= last).toList();
            Map<Boolean, List<Client>> sessions = before.stream()
                    .filter(client -> !client.link())
                    .collect(Collectors.partitioningBy(client -> isSpared(client, fence)));
            List<Client> older = sessions.get(false);
            int spared = sessions.get(true).size();
            boolean over = System.nanoTime() > end;
            if (older.isEmpty() && (spared == 0 || over)) {
                int links = before.size() - spared;
                return evidence(who, ended.size(), links, spared, theirs.size() - before.size());
            }
            if (older.isEmpty()) {
                // Those of other steps end by themselves, and soon.
                pause();
            }
            if (over) {
                return new Evidence.Unprovable(
                        older.size() + " sessions of user " + who + " do not end although they were killed",
                        "whoever runs redis " + session.at() + ": look at CLIENT LIST");
            }
            for (Client client : older) {
                // The user once more: the session may have become somebody else's since.
                session.call("CLIENT", "KILL", "ID", Long.toString(client.id()), "USER", who.name());
                ended.add(client.id());
            }
        }
    }

    /** Ends the sessions that lower epochs of the fence's store left, and earlier tries of this one. */
    int endOlder(Fence fence) {
        String prefix = Administrator.clientName(fence.sessionPrefix());
        int ended = 0;
        Listed listed = list();
        for (Client client : listed.clients()) {
            if (client.name().startsWith(prefix) && client.id() != listed.own()) {
                String epoch = client.name().substring(prefix.length());
                if (epoch.matches("[0-9]{1,18}") && Long.parseLong(epoch) <= fence.epoch()) {
                    session.call("CLIENT", "KILL", "ID", Long.toString(client.id()));
                    ended++;
                }
            }
        }
        return ended;
    }

    /** Redis does not say with which of the passwords that were accepted a session came in. */
    private Evidence evidence(Principal who, int ended, int links, int spared, int newer) {
        if (spared > 0) {
            return new Evidence.Unprovable(
                    spared + " sessions of the administrator " + who
                            + " opened before the change bear a name of Keyturn's and do" + " not end, and are left"
                            + (links > 0 ? "; so are " + links + " replication links" : ""),
                    "whoever runs redis " + session.at()
                            + ": look at CLIENT LIST, and end them (CLIENT KILL ID) unless another Keyturn has them open");
        }
        return links > 0
                ? new Evidence.Unprovable(
                        links + " replication links were opened by user " + who + " and live on until they reconnect",
                        "whoever runs the servers: give each replica of redis " + session.at()
                                + " the new password (CONFIG SET masterauth, CONFIG REWRITE)")
                : new Evidence.Proven(ended + " sessions of user " + who
                        + " opened before the change were ended; CLIENT LIST shows none that is left, " + newer
                        + " newer kept");
    }

    private boolean isSpared(Client client, Fence fence) {
        return client.user().equals(administrator.name())
                && (client.name().equals("keyturn")
                        || client.name().equals(Administrator.clientName(fence.sessionName())));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException(Reason.CANCELLED, "interrupted while waiting for Redis");
        }
    }

    private Listed list() {
        // One transaction, so that both are of one run.
        List<Reply> replies = session.transaction(
                List.of(List.of("INFO", "server"), List.of("CLIENT", "LIST"), List.of("CLIENT", "ID")));
        String run = Info.of((String) session.answer(replies.get(0), "INFO")).get("run_id");
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
                    Long.parseLong(fields.get("id")),
                    fields.getOrDefault("user", ""),
                    fields.getOrDefault("name", ""),
                    flags.contains("S") || flags.contains("M")));
        });
        return new Listed(run, (Long) session.answer(replies.get(2), "CLIENT ID"), clients);
    }
}
