package dev.keyturn.workflows;

import static dev.keyturn.workflows.ScriptedSteps.CHECK;
import static dev.keyturn.workflows.ScriptedSteps.PUBLISH;
import static dev.keyturn.workflows.ScriptedSteps.SWITCH;
import static dev.keyturn.workflows.ScriptedSteps.fail;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.keyturn.workflows.codec.Converters;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.contract.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What lies in Temporal's database of a run. */
class HistorySecrecyTest {
    private static final String MESSAGE = "canary-of-a-failure-message";
    private static final String AGAIN = "canary-of-a-failure-that-was-tried-again";

    @Test
    void failuresLieEncryptedInTheHistoryAndComeBackReadable() throws Exception {
        ScriptedSteps steps = new ScriptedSteps()
                .on(PUBLISH.id(), fail(FailureType.UNAVAILABLE, AGAIN))
                .on(CHECK.id(), fail(FailureType.UNHEALTHY, MESSAGE));
        try (Stage stage = new Stage(steps, Converters.encrypting(new byte[32]))) {
            Outcome outcome = stage.play();

            assertThat(outcome.summary()).isEqualTo(MESSAGE);
            String history = JsonFormat.printer().print(stage.history().getHistory());
            assertThat(history).contains("encodedAttributes").doesNotContain("ScriptedSteps");
            for (String text : new String[] {MESSAGE, AGAIN, SWITCH.object(), "ann"}) {
                assertThat(history).doesNotContain("\"" + text, text + "\"", base64(text));
            }
            assertThat(history).doesNotContain(MESSAGE, AGAIN);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
