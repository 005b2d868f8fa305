package dev.keyturn.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnTemporal
@Timeout(300)
class TemporalShareTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static String given;
    private static String held;

    @Test
    void aNamespaceIsTakenBackAlsoWhenItsTestFails(TemporalShare temporal) {
        assertThat(InnerTests.run(Failing.class).getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException()).hasMessage("meant to fail"));
        assertThat(given).isNotNull().isNotEqualTo(temporal.namespace());
        await().atMost(LONGEST).until(() -> !isThere(temporal, given));
    }

    @Test
    void aNamespaceOfAClassIsTheSameForItsTestsAndIsTakenBackAfterThem(TemporalShare temporal) {
        assertThat(InnerTests.run(Holding.class).getTestsSucceededCount()).isEqualTo(2);
        assertThat(held).isNotNull();
        await().atMost(LONGEST).until(() -> !isThere(temporal, held));
    }

    private static boolean isThere(TemporalShare temporal, String namespace) {
        try {
            temporal.stubs()
                    .blockingStub()
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @OnTemporal
    static class Failing {
        @Test
        void usesItsShareAndFails(TemporalShare temporal) {
            given = temporal.namespace();
            assertThat(isThere(temporal, given)).isTrue();
            throw new AssertionError("meant to fail");
        }
    }

    @OnTemporal
    static class Holding {
        @BeforeAll
        static void take(TemporalShare temporal) {
            held = temporal.namespace();
        }

        @Test
        void oneTestGetsIt(TemporalShare temporal) {
            assertThat(temporal.namespace()).isEqualTo(held);
        }

        @Test
        void anotherTestGetsItToo(TemporalShare temporal) {
            assertThat(temporal.namespace()).isEqualTo(held);
        }

        @AfterAll
        static void isStillThere(TemporalShare temporal) {
            assertThat(isThere(temporal, held)).isTrue();
        }
    }
}
