package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.testkit.FaultProxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A server that dies, or a connection that ends, at any request of a change. */
class CutTest {
    private static final int MANY = 200;

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aServerKilledAtAnyRequestNeverComesBackWithoutTheOldOrTheNewPassword(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            boolean cut = true;
            for (int k = 1; cut; k++) {
                assertThat(k).isLessThan(MANY);
                setup.ensure(AccountState.of(setup.old.user(), List.of(setup.old), List.of(setup.next)));
                try (FaultProxy proxy = FaultProxy.to(setup.endpoint());
                        AccountServer server = setup.open(
                                Map.of("port", (long) proxy.endpoint().port()))) {
                    proxy.cutBeforeReply(k);
                    try {
                        server.ensure(setup.fence, List.of(setup.narrowed()));
                    } catch (AdapterException e) {
                        assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.UNAVAILABLE);
                    }
                    cut = proxy.hasCut();
                }
                setup.redis.kill();
                setup.redis.restart();
                assertThat(List.of(setup.accepts(setup.old), setup.accepts(setup.next)))
                        .as("killed at request " + k)
                        .contains(true);
                setup.ensure(setup.narrowed());
                assertThat(setup.accepts(setup.next)).isTrue();
                assertThat(setup.accepts(setup.old)).isFalse();
                assertThat(setup.redis.configText())
                        .doesNotContain(setup.old.password().reveal());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCutInAMoveSaysThatItIsNotKnown(Persistence persistence) {
        try (Setup setup = new Setup(persistence)) {
            boolean told = false;
            boolean cut = true;
            for (int k = 1; cut && !told; k++) {
                assertThat(k).isLessThan(MANY);
                try (FaultProxy proxy = FaultProxy.to(setup.endpoint());
                        AccountServer server = setup.open(
                                Map.of("port", (long) proxy.endpoint().port()))) {
                    proxy.cutBeforeReply(k);
                    List<Applied> applied = server.ensure(setup.fence, List.of(setup.widened()));
                    assertThat(applied).hasSize(1);
                    cut = proxy.hasCut();
                } catch (AdapterException e) {
                    told = e.getMessage().contains("it is not known whether " + setup.old.user() + " changed");
                }
            }
            assertThat(told).isTrue();
        }
    }
}
