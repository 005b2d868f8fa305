package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.SecretValue;
import io.temporal.common.converter.DefaultDataConverter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Should a value stand in a payload by mistake, the payload is not made. */
class ValuesInPayloadsTest {
    private static final SecretValue VALUE = SecretValue.of("canary-value");

    record Holder(String name, SecretValue value) {}

    static List<Object> whateverHoldsAValue() {
        return List.of(VALUE, new Holder("app_pw", VALUE), List.of(VALUE), new Credential(new Principal("app"), VALUE));
    }

    @ParameterizedTest
    @MethodSource("whateverHoldsAValue")
    void temporalsConverterRefusesAValue(Object holder) {
        assertThatThrownBy(() -> DefaultDataConverter.newDefaultInstance().toPayload(holder))
                .satisfies(thrown -> {
                    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                        org.assertj.core.api.Assertions.assertThat(
                                        Optional.ofNullable(cause.getMessage()).orElse(""))
                                .doesNotContain("canary");
                    }
                });
    }
}
