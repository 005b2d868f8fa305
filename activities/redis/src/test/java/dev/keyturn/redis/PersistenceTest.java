package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What holds in every way in which a server's accounts may persist. */
class PersistenceTest {
    @ParameterizedTest
    @EnumSource
    void bothPasswordsLogInWhileWidenedAndTheNewOneAloneWhenNarrowed(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            setup.ensure(setup.widened());
            assertThat(setup.accepts(setup.old)).isTrue();
            assertThat(setup.accepts(setup.next)).isTrue();
            setup.ensure(setup.narrowed());
            assertThat(setup.accepts(setup.old)).isFalse();
            assertThat(setup.accepts(setup.next)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void eachStateOutlivesAKillAndKeysAreKept(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            setup.send("SET", "key", "kept");
            setup.ensure(setup.widened());
            setup.redis.kill();
            setup.redis.restart();
            assertThat(setup.accepts(setup.old)).isTrue();
            assertThat(setup.accepts(setup.next)).isTrue();
            setup.ensure(setup.narrowed());
            setup.redis.kill();
            setup.redis.restart();
            assertThat(setup.accepts(setup.old)).isFalse();
            assertThat(setup.accepts(setup.next)).isTrue();
            assertThat(setup.send("GET", "key")).isEqualTo("kept");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void theWayBackOutlivesAKillToo(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            setup.ensure(setup.widened());
            setup.ensure(AccountState.of(setup.old.user(), List.of(setup.old), List.of(setup.next)));
            setup.redis.kill();
            setup.redis.restart();
            assertThat(setup.accepts(setup.old)).isTrue();
            assertThat(setup.accepts(setup.next)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLogsInAllTheTimeNeverFails(Persistence persistence) throws InterruptedException {
        try (Setup setup = new Setup(persistence)) {
            AtomicReference<Credential> held = new AtomicReference<>(setup.old);
            AtomicBoolean running = new AtomicBoolean(true);
            AtomicInteger tried = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            Thread consumer = new Thread(() -> {
                while (running.get()) {
                    Credential credential = held.get();
                    boolean accepted = setup.accepts(credential);
                    tried.incrementAndGet();
                    // One that was begun before the switch may end after the old value's end: that is not what it
                    // holds.
                    if (!accepted && credential.equals(held.get())) {
                        failed.incrementAndGet();
                    }
                    LockSupport.parkNanos(20_000_000);
                }
            });
            consumer.start();
            try {
                logsIn(tried, 5);
                setup.ensure(setup.widened());
                logsIn(tried, 5);
                held.set(setup.next);
                logsIn(tried, 2);
                setup.ensure(setup.narrowed());
                logsIn(tried, 5);
            } finally {
                running.set(false);
                consumer.join();
            }
            assertThat(failed).hasValue(0);
            assertThat(tried).hasValueGreaterThan(15);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWayInWhichItPersistsIsFoundByLooking(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            Capabilities capabilities = setup.server.capabilities(setup.old.user());
            assertThat(capabilities.change()).isEqualTo(Capabilities.Change.OVERLAP);
            assertThat(capabilities.atomicSet()).isTrue();
            assertThat(capabilities.persistence())
                    .startsWith(
                            switch (persistence) {
                                case REQUIREPASS, ACL_IN_CONFIG -> "CONFIG REWRITE to " + setup.redis.configFile();
                                case ACL_FILE -> "ACL SAVE to " + setup.redis.folder();
                                case NONE -> "nothing persists";
                            });
        }
    }

    @Test
    void withoutAFileTheNextStartHasWhatItIsStartedWith() {
        try (Setup setup = new Setup(Persistence.NONE)) {
            setup.ensure(setup.narrowed());
            setup.redis.restart();
            assertThat(setup.accepts(setup.old)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aServerThatCannotSaveIsLeftAsItIs(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            String before = setup.user(setup.old);
            setup.preventSaving();
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> setup.ensure(setup.narrowed()))
                    .withMessageContaining("nothing was changed")
                    .withMessageContaining("cannot save")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            assertThat(setup.user(setup.old)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void theOldPasswordStaysWhileTheNewOneCannotBeSaved(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            // In memory only, as after a run that was cut before it saved.
            setup.send("ACL", "SETUSER", setup.old.user().name(), "#" + AclUser.hash(setup.next.password()));
            setup.preventSaving();
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> setup.ensure(setup.narrowed()))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            assertThat(setup.accepts(setup.old)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aSavingThatFailsAtTheEndSaysWhatIsInMemoryOnly(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            setup.ensure(setup.widened());
            setup.fence.afterNextCheck(() -> setup.fence.afterNextCheck(setup::preventSaving));
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> setup.ensure(setup.narrowed()))
                    .withMessageContaining("in memory only")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            assertThat(setup.accepts(setup.next)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aChangeThatWasCutBeforeItWasSavedIsSavedByTheNextRun(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            setup.send("ACL", "SETUSER", setup.old.user().name(), "#" + AclUser.hash(setup.next.password()));
            assertThat(setup.server.ensure(setup.fence, List.of(setup.widened())))
                    .noneMatch(Applied::changed);
            setup.redis.kill();
            setup.redis.restart();
            assertThat(setup.accepts(setup.old)).isTrue();
            assertThat(setup.accepts(setup.next)).isTrue();
        }
    }

    @Test
    void requirepassHoldsNoRetiredValueAfterwards() {
        try (Setup setup = new Setup(Persistence.REQUIREPASS)) {
            String old = setup.old.password().reveal();
            setup.ensure(setup.widened());
            assertThat(setup.redis.configText()).contains(old);
            setup.ensure(setup.narrowed());
            assertThat(setup.redis.configText()).doesNotContain(old);
            assertThat(setup.send("CONFIG", "GET", "requirepass"))
                    .isEqualTo(List.of("requirepass", setup.next.password().reveal()));
        }
    }

    @Test
    void requirepassThatWasLeftBehindByACutIsBroughtUpToDate() {
        try (Setup setup = new Setup(Persistence.REQUIREPASS)) {
            setup.ensure(setup.widened());
            setup.send("ACL", "SETUSER", "default", "!" + AclUser.hash(setup.old.password()));
            assertThat(setup.server.ensure(setup.fence, List.of(setup.narrowed())))
                    .allMatch(Applied::changed);
            assertThat(setup.redis.configText())
                    .doesNotContain(setup.old.password().reveal());
            assertThat(setup.server.ensure(setup.fence, List.of(setup.narrowed())))
                    .noneMatch(Applied::changed);
        }
    }

    @Test
    void aPasswordLongerThanRequirepassTakesIsRejectedBeforeAnyWrite() {
        try (Setup setup = new Setup(Persistence.REQUIREPASS)) {
            String before = setup.user(setup.old);
            Credential endless = Credential.of("default", "x".repeat(513));
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(
                            () -> setup.ensure(AccountState.of(endless.user(), List.of(endless), List.of(setup.old))))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.VALUE_REJECTED));
            assertThat(setup.user(setup.old)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIREPASS", "ACL_IN_CONFIG"})
    void aUserThatConfigRewriteCannotQuoteStopsTheChange(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            setup.send("ACL", "SETUSER", "it's", "on", "~*");
            String before = setup.user(setup.old);
            assertThat(setup.server.preflight(List.of(setup.narrowed())))
                    .anySatisfy(finding -> assertThat(finding.found()).contains("it's", "quotation mark"));
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> setup.ensure(setup.narrowed()))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            assertThat(setup.user(setup.old)).isEqualTo(before);
        }
    }

    @Test
    void usersInAnIncludedFileStopTheChange() throws IOException {
        Path users = Files.createTempFile("users", ".conf");
        Files.writeString(users, "user included on nopass ~*\n");
        try (Setup setup = new Setup(Persistence.ACL_IN_CONFIG, List.of("include " + users))) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> setup.ensure(setup.narrowed()))
                    .withMessageContaining("includes")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            setup.redis.restart();
            assertThat(setup.accepts(setup.old)).isTrue();
        } finally {
            Files.delete(users);
        }
    }

    @Test
    void aChoiceThatWouldPersistNothingIsRefused() {
        try (Setup setup = new Setup(Persistence.ACL_FILE);
                var server = setup.open(Map.of("persist", "config-rewrite"))) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.ensure(setup.fence, List.of(setup.narrowed())))
                    .withMessageContaining("persist: acl-save")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            assertThat(server.preflight(List.of(setup.narrowed())))
                    .anySatisfy(finding -> assertThat(finding.found()).contains("persist nothing that way"));
            assertThat(setup.server.login(setup.endpoint(), setup.old)).isEqualTo(Login.accepted());
        }
    }

    private static void logsIn(AtomicInteger tried, int times) {
        int before = tried.get();
        long end = System.nanoTime() + 10_000_000_000L;
        while (tried.get() < before + times && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(tried).hasValueGreaterThanOrEqualTo(before + times);
    }
}
