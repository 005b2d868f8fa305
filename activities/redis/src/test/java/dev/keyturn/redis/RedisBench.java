package dev.keyturn.redis;

import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.sandbox.PrivateRedis.Layout;
import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.Settings;
import dev.keyturn.testkit.AccountServerBench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisDataException;

/** A private Redis with the adapter in front of it. */
final class RedisBench implements AccountServerBench, AutoCloseable {
    static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(1);

    private final Persistence persistence;
    private final Credential administrator = Credential.of("default", "the administrator's own");
    private final PrivateRedis redis;

    RedisBench(Persistence persistence) {
        this.persistence = persistence;
        this.redis = PrivateRedis.start(
                Layout.of(persistence, administrator.password().reveal()));
    }

    /** The settings of a manifest with these addresses, defaults filled in; short time-outs. */
    static Map<String, Object> settings(List<Endpoint> endpoints) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("host", endpoints.get(0).host());
        settings.put("port", (long) endpoints.get(0).port());
        settings.put(
                "endpoints", endpoints.stream().skip(1).map(Endpoint::toString).toList());
        settings.put("tls", false);
        settings.put("connect-timeout", Duration.ofSeconds(2));
        settings.put("command-timeout", COMMAND_TIMEOUT);
        settings.put("persist", "auto");
        return settings;
    }

    static AccountServer open(Map<String, Object> settings, List<Credential> administrator, String sessionName) {
        return new RedisTechnology().open(new Settings(settings), administrator, sessionName);
    }

    @Override
    public AccountServer open(List<Endpoint> endpoints, List<Credential> administrator, String sessionName) {
        return open(settings(endpoints), administrator, sessionName);
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint(redis.host(), redis.port());
    }

    @Override
    public Credential administrator() {
        return administrator;
    }

    @Override
    public void createAdministrator(Credential credential) {
        setUser(credential.user(), "on", ">" + credential.password().reveal(), "~*", "&*", "+@all");
    }

    @Override
    public void createAccount(Credential credential, boolean mayLogin) {
        setUser(
                credential.user(),
                mayLogin ? "on" : "off",
                ">" + credential.password().reveal(),
                "~*",
                "+ping",
                "+client|setname");
    }

    @Override
    public void allowLogin(Principal who) {
        setUser(who, "on");
    }

    @Override
    public boolean createOpenAccount(Principal who) {
        setUser(who, "on", "nopass");
        return true;
    }

    @Override
    public String stored(Principal who) {
        Object user = send("ACL", "GETUSER", who.name());
        return user == null ? "" : user.toString();
    }

    @Override
    public int sessions(Principal who) {
        return Math.toIntExact(((String) send("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" user=" + who.name() + " "))
                .count());
    }

    @Override
    public Optional<Session> connect(Credential credential, String sessionName) {
        return Raw.logIn(redis, credential).map(raw -> {
            if (!sessionName.isEmpty()) {
                raw.send("CLIENT", "SETNAME", sessionName);
            }
            return new Session() {
                @Override
                public boolean isAlive() {
                    return raw.isAlive();
                }

                @Override
                public void close() {
                    raw.close();
                }
            };
        });
    }

    @Override
    public void killAndRestart() {
        redis.kill();
        redis.restart();
    }

    /** CONFIG REWRITE writes a quotation mark so that Redis cannot read it again: there, such a name blocks. */
    @Override
    public List<String> oddNames() {
        List<String> names = new ArrayList<>(
                List.of("#comment", ">greater", "-dash", "back\\slash", "Zürich-東京", "%41$HOME`;{}", "a=b,c:d/e@f"));
        if (persistence == Persistence.ACL_FILE) {
            names.addAll(List.of("double\"quote", "single'quote"));
        }
        return names;
    }

    @Override
    public void close() {
        redis.close();
    }

    private void setUser(Principal who, String... rules) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", who.name()));
        words.addAll(List.of(rules));
        send(words.toArray(String[]::new));
        if (persistence == Persistence.ACL_FILE) {
            send("ACL", "SAVE");
        } else {
            send("CONFIG", "REWRITE");
        }
    }

    private Object send(String... words) {
        try (Raw raw = Raw.logIn(redis, administrator).orElseThrow()) {
            return raw.send(words);
        } catch (JedisDataException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }
}
