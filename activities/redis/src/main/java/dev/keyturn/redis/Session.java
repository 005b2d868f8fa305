package dev.keyturn.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to one server. It never connects again by itself: a session that the server ended stays ended, which is what
 * stops a late worker. A method throws UNAVAILABLE when there is no answer.
 */
final class Session implements AutoCloseable {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final Connection connection;
    private final Endpoint at;
    private boolean broken;

    Session(Connection connection, Endpoint at) {
        this.connection = connection;
        this.at = at;
    }

    Endpoint at() {
        return at;
    }

    /** The one command that carries a secret besides {@link #setRequirepass}. */
    Reply authenticate(Credential credential) {
        CommandArguments auth = command("AUTH")
                .add(credential.user().name())
                .add(credential.password().revealBytes());
        return withoutQuotes(exchange(auth));
    }

    /** Redis wants the text itself here; it keeps it out of MONITOR and SLOWLOG. */
    Reply setRequirepass(Credential credential) {
        CommandArguments set = command("CONFIG")
                .add("SET")
                .add("requirepass")
                .add(credential.password().revealBytes());
        return withoutQuotes(exchange(set));
    }

    /** Sends words that hold no secret, hashes excepted. */
    Reply send(List<String> words) {
        CommandArguments arguments = command(words.get(0));
        words.subList(1, words.size()).forEach(arguments::add);
        return exchange(arguments);
    }

    /** Sends words and wants an answer; a refusal becomes the exception that fits. */
    Object call(String... words) {
        return answer(send(List.of(words)), verb(List.of(words)));
    }

    /** The value of an answer; a refusal becomes the exception that fits. */
    Object answer(Reply reply, String verb) {
        if (reply instanceof Reply.Refusal refusal) {
            throw refused(refusal, verb, "nothing was changed by it");
        }
        return ((Reply.Answer) reply).value();
    }

    List<?> list(String... words) {
        return (List<?>) call(words);
    }

    /**
     * Sends commands as one transaction: all of them are run, with nothing in between, or none; one that fails does not stop those
     * after it.
     *
     * @throws AdapterException before anything was run, if the server does not take one of them
     */
    List<Reply> transaction(List<List<String>> commands) {
        call("MULTI");
        for (List<String> command : commands) {
            if (send(command) instanceof Reply.Refusal refusal) {
                send(List.of("DISCARD"));
                throw refused(refusal, verb(command), "nothing of the transaction was run");
            }
        }
        List<Reply> replies = new ArrayList<>();
        for (Object value : list("EXEC")) {
            replies.add(value instanceof Reply.Refusal refusal ? refusal : new Reply.Answer(value));
        }
        return replies;
    }

    /** The exception that a refusal means; {@code soFar} says what has been changed. */
    AdapterException refused(Reply.Refusal refusal, String verb, String soFar) {
        String found = "redis " + at + " refuses " + verb + ": " + refusal.text() + "; " + soFar;
        return switch (refusal.code()) {
            case "NOPERM", "NOAUTH", "WRONGPASS" ->
                new AdapterException(Reason.DENIED, found + ". Next: give the administrator the right to " + verb);
            default ->
                refusal.text().toLowerCase(Locale.ROOT).contains("unknown")
                        ? new AdapterException(
                                Reason.CONFIGURATION, found + ". Expected: Redis 6 or later with this command enabled")
                        : new AdapterException(Reason.UNAVAILABLE, found);
        };
    }

    boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        broken = true;
        try {
            connection.close();
        } catch (JedisException e) {
            // It is gone: that is what was wanted.
        }
    }

    private Reply exchange(CommandArguments arguments) {
        if (broken) {
            throw new AdapterException(Reason.UNAVAILABLE, "the session with redis " + at + " has ended");
        }
        try {
            return new Reply.Answer(plain(connection.executeCommand(arguments)));
        } catch (JedisDataException e) {
            return refusal(e);
        } catch (JedisException e) {
            close();
            throw new AdapterException(Reason.UNAVAILABLE, Connector.trouble(at, e));
        }
    }

    private static CommandArguments command(String name) {
        byte[] raw = name.getBytes(UTF_8);
        return new CommandArguments(() -> raw);
    }

    /** Strings for bytes, and refusals for the exceptions that a transaction's answer holds. */
    private static Object plain(Object value) {
        if (value instanceof byte[] bytes) {
            return new String(bytes, UTF_8);
        }
        if (value instanceof JedisDataException e) {
            return refusal(e);
        }
        if (value instanceof List<?> list) {
            List<Object> plain = new ArrayList<>();
            list.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return value;
    }

    /** ACL SETUSER quotes the rule that it does not take, which holds a hash. */
    private static Reply.Refusal refusal(JedisDataException e) {
        String text = HASH.matcher(String.valueOf(e.getMessage())).replaceAll("…");
        return new Reply.Refusal(text.split(" ", 2)[0], text);
    }

    /** A server without AUTH, or with another command of that name, quotes the arguments in its answer. */
    private static Reply withoutQuotes(Reply reply) {
        return reply instanceof Reply.Refusal refusal && !refusal.isPassing()
                ? new Reply.Refusal(refusal.code(), refusal.code())
                : reply;
    }

    private static String verb(List<String> words) {
        return switch (words.get(0)) {
            case "ACL", "CONFIG", "CLIENT" -> words.get(0) + " " + words.get(1);
            default -> words.get(0);
        };
    }
}
