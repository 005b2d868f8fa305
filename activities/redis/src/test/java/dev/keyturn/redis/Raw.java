package dev.keyturn.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.spi.Credential;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** A session as a consumer has it, with the driver and past the adapter; it believes nothing that the adapter says. */
final class Raw implements AutoCloseable {
    private final Connection connection;

    private Raw(Connection connection) {
        this.connection = connection;
    }

    /** Empty if the server refuses the credential. */
    static Optional<Raw> logIn(PrivateRedis redis, Credential credential) {
        try {
            return Optional.of(new Raw(new Connection(
                    new HostAndPort(redis.host(), redis.port()),
                    DefaultJedisClientConfig.builder()
                            .user(credential.user().name())
                            .password(credential.password().reveal())
                            .resp2()
                            .timeoutMillis(10_000)
                            .build())));
        } catch (JedisDataException e) {
            if (String.valueOf(e.getMessage()).startsWith("WRONGPASS")) {
                return Optional.empty();
            }
            throw new IllegalStateException("no answer about a login: " + e.getMessage());
        } catch (JedisConnectionException e) {
            throw new IllegalStateException("no answer about a login: " + e.getMessage());
        }
    }

    static boolean accepts(PrivateRedis redis, Credential credential) {
        Optional<Raw> session = logIn(redis, credential);
        session.ifPresent(Raw::close);
        return session.isPresent();
    }

    /** What the server answers, as text where it is text. */
    Object send(String... words) {
        CommandArguments arguments = new CommandArguments(() -> words[0].getBytes(UTF_8));
        for (int i = 1; i < words.length; i++) {
            arguments.add(words[i]);
        }
        return plain(connection.executeCommand(arguments));
    }

    boolean isAlive() {
        try {
            return connection.isConnected() && send("ECHO", "x") != null;
        } catch (JedisDataException e) {
            return true;
        } catch (JedisConnectionException e) {
            connection.close();
            return false;
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    private static Object plain(Object value) {
        if (value instanceof byte[] bytes) {
            return new String(bytes, UTF_8);
        }
        if (value instanceof List<?> list) {
            List<Object> plain = new ArrayList<>();
            list.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return value;
    }
}
