package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.sandbox.PrivateRedis.Layout;
import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Finding.Severity;
import dev.keyturn.spi.Mark;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose sessions are ended, told by their numbers; and what replicas mean for that. */
class SessionsTest {
    private final Setup setup = new Setup(Persistence.ACL_FILE);

    @AfterEach
    void close() {
        setup.close();
    }

    @Test
    void aMarkTellsApartWhatWasOpenedJustBeforeAndJustAfter() {
        try (Raw before = Raw.logIn(setup.redis, setup.old).orElseThrow()) {
            Mark mark = setup.server.mark();
            try (Raw after = Raw.logIn(setup.redis, setup.old).orElseThrow()) {
                assertThat(setup.server.drain(setup.fence, setup.old.user(), mark))
                        .isInstanceOfSatisfying(
                                Evidence.Proven.class,
                                proven -> assertThat(proven.what())
                                        .startsWith("1 sessions")
                                        .endsWith("1 newer kept"));
                assertThat(before.isAlive()).isFalse();
                assertThat(after.isAlive()).isTrue();
            }
        }
    }

    /** The numbers of sessions begin anew, so a mark of before could be taken for one of now. */
    @Test
    void aMarkFromBeforeARestartTouchesNoSessionOfNow() {
        for (int i = 0; i < 5; i++) {
            Raw.logIn(setup.redis, setup.old).orElseThrow().close();
        }
        Mark mark = setup.server.mark();
        setup.redis.kill();
        setup.redis.restart();
        try (Raw now = Raw.logIn(setup.redis, setup.old).orElseThrow()) {
            assertThat(setup.server.drain(setup.fence, setup.old.user(), mark))
                    .isInstanceOfSatisfying(
                            Evidence.Proven.class,
                            proven -> assertThat(proven.what()).contains("started anew"));
            assertThat(now.isAlive()).isTrue();
        }
    }

    @Test
    void aSessionThatListensIsEndedToo() {
        try (Raw subscriber = Raw.logIn(setup.redis, setup.old).orElseThrow()) {
            subscriber.send("SUBSCRIBE", "news");
            Mark mark = setup.server.mark();
            assertThat(setup.server.drain(setup.fence, setup.old.user(), mark)).isInstanceOf(Evidence.Proven.class);
            assertThat(subscriber.isAlive()).isFalse();
        }
    }

    @Test
    void replicasAreNamedAndTheirLinksAreLeftAndSaid() {
        try (PrivateRedis replica = PrivateRedis.start(Layout.of(
                        Persistence.REQUIREPASS, setup.administrator.password().reveal())
                .with("replicaof 127.0.0.1 " + setup.redis.port())
                .with("masterauth " + setup.administrator.password().reveal()))) {
            Awaitility.await()
                    .until(() ->
                            String.valueOf(setup.send("INFO", "replication")).contains("state=online"));
            assertThat(setup.server.preflight(List.of(setup.narrowed())))
                    .anySatisfy(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNS);
                        assertThat(finding.found()).contains("127.0.0.1:" + replica.port());
                    })
                    .noneMatch(finding -> finding.severity() == Severity.BLOCKS);
            Mark mark = setup.server.mark();
            assertThat(setup.server.drain(setup.fence, setup.administrator.user(), mark))
                    .isInstanceOfSatisfying(
                            Evidence.Unprovable.class,
                            unprovable -> assertThat(unprovable.why()).startsWith("1 replication links"));
            assertThat(String.valueOf(setup.send("INFO", "replication"))).contains("state=online");
        }
    }

    @Test
    void aReplicaIsNotTheServerToChange() {
        setup.send("REPLICAOF", "127.0.0.1", "1");
        assertThat(setup.server.preflight(List.of(setup.narrowed())))
                .filteredOn(finding -> finding.severity() == Severity.BLOCKS)
                .extracting(Finding::found)
                .anySatisfy(found -> assertThat(found).contains("replica of 127.0.0.1:1"));
    }
}
