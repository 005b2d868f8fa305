package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.sandbox.PrivateRedis.Layout;
import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Login.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a try to log in shows, and what it does not. */
class LoginTest {
    private final Setup setup = new Setup(Persistence.ACL_FILE);

    @AfterEach
    void close() {
        setup.close();
    }

    @Test
    void aUserThatIsOffIsRefused() {
        setup.send("ACL", "SETUSER", "app", "off");
        Login login = setup.server.login(setup.endpoint(), setup.old);
        assertThat(login.result()).isEqualTo(Result.REFUSED);
        assertThat(login.detail()).contains("off");
    }

    @Test
    void aUserWithoutRightsIsAcceptedAllTheSame() {
        setup.send("ACL", "SETUSER", "app", "-@all");
        assertThat(setup.server.login(setup.endpoint(), setup.old)).isEqualTo(Login.accepted());
    }

    @Test
    void aFullServerIsUnreachableAndNotRefusing() {
        try (Raw root = setup.root()) {
            root.send("CONFIG", "SET", "maxclients", "1");
            Login login = setup.server.login(setup.endpoint(), setup.old);
            assertThat(login.result()).isEqualTo(Result.UNREACHABLE);
            assertThat(login.detail()).contains("max number of clients");
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(setup.server::identity)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        }
    }

    @Test
    void aReplicaWithoutItsPrimaryIsUnreachable() {
        setup.send("CONFIG", "SET", "replica-serve-stale-data", "no");
        setup.send("REPLICAOF", "127.0.0.1", "1");
        Login login = setup.server.login(setup.endpoint(), setup.old);
        assertThat(login.result()).isEqualTo(Result.UNREACHABLE);
        assertThat(login.detail()).contains("MASTERDOWN");
    }

    /** A replica reads its primary's data slowly here, by a setting that Redis has for its own tests. */
    @Test
    void aServerThatLoadsItsDataIsUnreachable() {
        setup.send("CONFIG", "SET", "rdbcompression", "no");
        for (int i = 0; i < 20; i++) {
            setup.send("SET", "key" + i, "x".repeat(2000));
        }
        try (PrivateRedis replica = PrivateRedis.start(Layout.of(Persistence.REQUIREPASS, "replica-password")
                .with("masterauth " + setup.administrator.password().reveal())
                .with("loading-process-events-interval-bytes 1024")
                .with("key-load-delay 200000"))) {
            Credential credential = Credential.of("default", "replica-password");
            try (Raw raw = Raw.logIn(replica, credential).orElseThrow()) {
                raw.send("REPLICAOF", "127.0.0.1", Integer.toString(setup.redis.port()));
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(setup.server
                                    .login(new Endpoint(replica.host(), replica.port()), credential)
                                    .detail())
                            .contains("LOADING"));
        }
    }

    @Test
    void aHangingServerIsUnreachableWithinTheCommandTimeout() {
        setup.redis.suspend();
        try {
            long start = System.nanoTime();
            assertThat(setup.server.login(setup.endpoint(), setup.old).result()).isEqualTo(Result.UNREACHABLE);
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> setup.ensure(setup.narrowed()))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(RedisBench.COMMAND_TIMEOUT.multipliedBy(4));
        } finally {
            setup.redis.resume();
        }
        assertThat(setup.accepts(setup.old)).isTrue();
    }

    @Test
    void theIdentityIsTheSameUnderEveryNameAndAnotherForAnotherServer() {
        try (AccountServer named = setup.open(Map.of("host", "localhost"));
                Setup other = new Setup(Persistence.ACL_FILE)) {
            assertThat(named.identity()).isEqualTo(setup.server.identity());
            assertThat(other.server.identity()).isNotEqualTo(setup.server.identity());
        }
    }

    @Test
    void anEndpointThatLeadsToAnotherServerBlocks() {
        try (Setup other = new Setup(Persistence.ACL_FILE);
                AccountServer server =
                        setup.open(Map.of("endpoints", List.of(other.endpoint().toString())))) {
            assertThat(server.endpoints()).containsExactly(setup.endpoint(), other.endpoint());
            assertThat(server.preflight(List.of(setup.narrowed())))
                    .anySatisfy(finding -> assertThat(finding.found()).contains("another Redis server"));
        }
    }

    @Test
    void anEndpointThatIsNoAddressIsAConfigurationError() {
        for (String text : List.of("host", "host:", "host:0", "host:65536", ":1", "host:x")) {
            try (AccountServer server = setup.open(Map.of("endpoints", List.of(text)))) {
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(server::endpoints)
                        .withMessageContaining(text)
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            }
        }
    }

    @Test
    void anAddressOfVersionSixStandsInBrackets() {
        try (AccountServer server = setup.open(Map.of("endpoints", List.of("[::1]:6379")))) {
            assertThat(server.endpoints()).contains(new Endpoint("::1", 6379));
        }
    }
}
