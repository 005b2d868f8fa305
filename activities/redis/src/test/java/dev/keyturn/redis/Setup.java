package dev.keyturn.redis;

import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.sandbox.PrivateRedis.Layout;
import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.sandbox.PrivateRedis.User;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.testkit.TestFence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A server of one test with an administrator, an account (which is {@code default} where there are no others), and the adapter. */
final class Setup implements AutoCloseable {
    final Credential administrator = Credential.of("default", "old-administrator-value");
    final Credential old;
    final Credential next;
    final PrivateRedis redis;
    final TestFence fence = new TestFence("store", 1);
    final AccountServer server;

    Setup(Persistence persistence) {
        this(persistence, List.of());
    }

    Setup(Persistence persistence, List<String> config) {
        boolean alone = persistence == Persistence.REQUIREPASS;
        old = alone ? administrator : Credential.of("app", "old-value-of-the-account");
        next = Credential.of(old.user().name(), "new-value-of-the-account");
        Layout layout = Layout.of(persistence, administrator.password().reveal());
        if (!alone) {
            layout = layout.with(new User("app", old.password().reveal(), "on ~* &* +@all"));
        }
        for (String line : config) {
            layout = layout.with(line);
        }
        redis = PrivateRedis.start(layout);
        server = open(Map.of());
    }

    /** The adapter with some settings changed. */
    AccountServer open(Map<String, Object> changed) {
        Map<String, Object> settings = RedisBench.settings(List.of(endpoint()));
        settings.putAll(changed);
        // As after a crash: the administrator's value may be the old one or the new one.
        return RedisBench.open(
                settings,
                List.of(next.user().equals(administrator.user()) ? next : administrator, administrator),
                fence.sessionName());
    }

    Endpoint endpoint() {
        return new Endpoint(redis.host(), redis.port());
    }

    AccountState widened() {
        return AccountState.of(old.user(), List.of(next, old), List.of());
    }

    AccountState narrowed() {
        return AccountState.of(old.user(), List.of(next), List.of(old));
    }

    void ensure(AccountState wanted) {
        server.ensure(fence, List.of(wanted));
    }

    boolean accepts(Credential credential) {
        return Raw.accepts(redis, credential);
    }

    /** Sends one command as the administrator, whichever value it has now. */
    Object send(String... words) {
        try (Raw raw = root()) {
            return raw.send(words);
        }
    }

    Raw root() {
        return Raw.logIn(redis, administrator).or(() -> Raw.logIn(redis, next)).orElseThrow();
    }

    String user(Credential credential) {
        return String.valueOf(send("ACL", "GETUSER", credential.user().name()));
    }

    /** Makes every later saving fail, for root too: a folder stands where the file is to be. */
    void preventSaving() {
        try {
            Path file =
                    redis.configText().contains("aclfile") ? redis.folder().resolve("users.acl") : redis.configFile();
            Files.move(file, file.resolveSibling("kept"));
            Files.createDirectory(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        redis.close();
    }
}
