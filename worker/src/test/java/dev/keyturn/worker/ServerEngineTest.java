package dev.keyturn.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyturn.workflows.codec.Converters;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.temporal.common.converter.DataConverter;
import io.temporal.envconfig.ClientConfigProfile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerEngineTest {
    @TempDir
    Path folder;

    @Test
    void aProfileThatIsNotThereIsAUsageErrorThatNamesTheVariables() {
        EnvironmentException told = catchThrowableOfType(
                EnvironmentException.class,
                () -> ServerEngine.configured(Map.of("TEMPORAL_PROFILE", "nope", "TEMPORAL_API_KEY", "a-value")));

        assertThat(told.kind()).isEqualTo(EnvironmentException.Kind.USAGE);
        assertThat(told).hasMessageContaining("TEMPORAL_PROFILE").hasMessageNotContaining("a-value");
    }

    @Test
    void aCertificateThatIsNotThereIsNamed() {
        Path missing = folder.resolve("client.pem");
        Map<String, String> variables = Map.of(
                "TEMPORAL_ADDRESS",
                "127.0.0.1:1",
                "TEMPORAL_TLS",
                "true",
                "TEMPORAL_TLS_CLIENT_CERT_PATH",
                missing.toString(),
                "TEMPORAL_TLS_CLIENT_KEY_PATH",
                missing.toString());
        DataConverter converter = Converters.encrypting(new byte[32]);

        EnvironmentException told = catchThrowableOfType(EnvironmentException.class, () -> {
            ClientConfigProfile profile = ServerEngine.configured(variables).orElseThrow();
            new ServerEngine(profile, "prod", converter).close();
        });

        assertThat(told.kind()).isEqualTo(EnvironmentException.Kind.USAGE);
        assertThat(told).hasMessageContainingAll(missing.toString(), "TEMPORAL_TLS_*", "Nothing was changed");
    }
}
