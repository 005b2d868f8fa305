package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a file beside the values that a run writes there, and places that hold nothing yet. */
class NeighboursTest {
    private static final String KEY = "Zq7first0signing0key0Xw4first0signing0key0";
    private static final String TOKEN = "Pb5token0of0the0provider0Hd2token0of0the0";
    private static final String LATE = "Rf9late0comer0to0the0manifest0Ks6late0comer";

    @TempDir
    private Path folder;

    private Environment environment;

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void aSetUpTakesAnEmptyPlaceForNoValueAndGenerates() throws IOException {
        publish("KEY=\nKEY_OLD=\nTOKEN=" + TOKEN + "\n");

        assertThat(run(Purpose.SETUP).kind()).isEqualTo(Outcome.Kind.DONE);

        assertThat(published("KEY")).hasSize(43).isEqualTo(published("KEY_OLD"));
        assertThat(Drill.state(manifest()).versions())
                .allMatch(version -> version.value().orElseThrow().length() > 0)
                .extracting(Version::secret)
                .containsExactlyInAnyOrder("key", "token");
    }

    @Test
    void anImportFindsNothingInAnEmptyPlace() throws IOException {
        publish("KEY=\nKEY_OLD=\nTOKEN=" + TOKEN + "\n");

        Outcome outcome = run(Purpose.IMPORT);

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.remarks()).extracting(Remark::object).contains("key");
    }

    @Test
    void aValueOfAnotherSecretThatNobodyKnowsIsRefusedBeforeAnythingIsChanged() throws IOException {
        publish("KEY=" + KEY + "\nKEY_OLD=" + KEY + "\nTOKEN=" + TOKEN + "\n");
        assertThat(run(Purpose.IMPORT).kind()).isEqualTo(Outcome.Kind.DONE);
        String byHand = "KEY=" + KEY + "\nKEY_OLD=" + KEY + "\nTOKEN=" + LATE + "\n";
        publish(byHand);
        int runs = Drill.state(manifest()).runs().size();

        Outcome outcome = run(Purpose.ROTATE, "key");

        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.remarks())
                .filteredOn(Remark::blocks)
                .extracting(Remark::object)
                .singleElement()
                .asString()
                .contains("TOKEN");
        assertThat(Drill.read(env())).isEqualTo(byHand);
        assertThat(Drill.state(manifest()).runs()).as("runs").hasSize(runs);
    }

    @Test
    void aValueThatTheStoreDoesNotKeepYetStaysWhereItIs() throws IOException {
        publish("KEY=" + KEY + "\nKEY_OLD=" + KEY + "\nTOKEN=" + TOKEN + "\n");
        assertThat(run(Purpose.IMPORT).kind()).isEqualTo(Outcome.Kind.DONE);
        environment.close();
        Files.writeString(manifest(), text("  late: {generate: base64url(32)}\n", ", LATE: late"));
        publish("KEY=" + KEY + "\nKEY_OLD=" + KEY + "\nTOKEN=" + TOKEN + "\nLATE=" + LATE + "\n");

        Outcome outcome = run(Purpose.ROTATE, "key");

        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
        assertThat(published("KEY").equals(KEY)).as("the old key is published").isFalse();
        assertThat(published("LATE")).isEqualTo(LATE);
    }

    private Outcome run(Purpose purpose, String... only) throws IOException {
        if (Files.notExists(manifest())) {
            Files.writeString(manifest(), text("", ""));
        }
        environment = Drill.environments(new Faults()).open(manifest());
        Request request = new Request("keys", purpose, List.of(only), false, false, "", "a test", "");
        return environment.run(request, progress -> {});
    }

    private static String text(String secrets, String keys) {
        return """
                environment: keys
                secrets:
                  key: {generate: base64url(32), overlap: 24h}
                  token: {provided: {env-file: given.env, key: TOKEN}}
                %spublish:
                  - env-file: {path: .env, keys: {KEY: key, KEY_OLD: key.previous, TOKEN: token%s}}
                """.formatted(secrets, keys);
    }

    private void publish(String text) throws IOException {
        Files.setPosixFilePermissions(Files.writeString(env(), text), PosixFilePermissions.fromString("rw-------"));
    }

    private String published(String key) {
        return Keys.parse(Drill.read(env())).get(key);
    }

    private Path env() {
        return folder.resolve(".env");
    }

    private Path manifest() {
        return folder.resolve("keyturn.yaml");
    }
}
