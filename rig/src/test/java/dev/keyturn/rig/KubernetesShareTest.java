package dev.keyturn.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnKubernetes
@Timeout(480)
class KubernetesShareTest {
    private static String given;
    private static String held;

    @Test
    void aNamespaceIsTakenBackAlsoWhenItsTestFails(KubernetesShare kubernetes) {
        assertThat(InnerTests.run(Failing.class).getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException()).hasMessage("meant to fail"));
        assertThat(given).isNotNull().isNotEqualTo(kubernetes.namespace());
        assertThat(isGoneOrGoing(kubernetes, given)).isTrue();
    }

    @Test
    void aNamespaceOfAClassIsTheSameForItsTestsAndIsTakenBackAfterThem(KubernetesShare kubernetes) {
        assertThat(InnerTests.run(Holding.class).getTestsSucceededCount()).isEqualTo(2);
        assertThat(held).isNotNull();
        assertThat(isGoneOrGoing(kubernetes, held)).isTrue();
    }

    private static boolean isGoneOrGoing(KubernetesShare kubernetes, String name) {
        Namespace found = kubernetes.client().namespaces().withName(name).get();
        return found == null || "Terminating".equals(found.getStatus().getPhase());
    }

    @OnKubernetes
    static class Failing {
        @Test
        void usesItsShareAndFails(KubernetesShare kubernetes) {
            given = kubernetes.namespace();
            kubernetes
                    .client()
                    .configMaps()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("some")
                            .endMetadata()
                            .build())
                    .create();
            throw new AssertionError("meant to fail");
        }
    }

    @OnKubernetes
    static class Holding {
        @BeforeAll
        static void take(KubernetesShare kubernetes) {
            held = kubernetes.namespace();
        }

        @Test
        void oneTestGetsIt(KubernetesShare kubernetes) {
            assertThat(kubernetes.namespace()).isEqualTo(held);
        }

        @Test
        void anotherTestGetsItToo(KubernetesShare kubernetes) {
            assertThat(kubernetes.namespace()).isEqualTo(held);
        }

        @AfterAll
        static void isStillThere(KubernetesShare kubernetes) {
            assertThat(isGoneOrGoing(kubernetes, held)).isFalse();
        }
    }
}
