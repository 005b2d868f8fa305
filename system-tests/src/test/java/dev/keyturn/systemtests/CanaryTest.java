package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.testkit.CanaryScan;
import dev.keyturn.workflows.Rotation;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.EnvironmentException;
import io.temporal.activity.Activity;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClient;
import io.temporal.payload.codec.PayloadCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Seeds: no secret outside its stores. Looks for every value, old and new, wherever none may be. */
class CanaryTest {
    /** The spot at which every new value is in use and the old ones work too. */
    private static final Spot IN_REDEPLOY = new Spot("promote redeploy app", Moment.MIDDLE);

    private static final Spot AT_END = new Spot(Spot.RECORD, Moment.AFTER);

    private final Listening log = new Listening();
    private final List<String> said = new ArrayList<>();
    private final Instant begun = Instant.now();
    private Level level;

    @BeforeEach
    void listen() {
        Logger root = Logger.getLogger("");
        level = root.getLevel();
        root.setLevel(Level.FINE);
        root.addHandler(log);
    }

    @AfterEach
    void stop() {
        Logger.getLogger("").removeHandler(log);
        Logger.getLogger("").setLevel(level);
    }

    @Test
    void aRotationThatEndsWellSaysNoValue(@TempDir(cleanup = CleanupMode.ALWAYS) Path folder) {
        try (Drill drill = Drill.start(folder, Map.of("log_statement", "all"))) {
            int logged = drill.system().postgres().logText().length();
            List<String> history = new ArrayList<>();
            drill.faults().arm(AT_END, () -> history.addAll(historyOfThisWorkflow()));

            Outcome outcome = rotate(drill);

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
            Collection<SecretValue> values = values(drill);
            assertThat(values).hasSizeGreaterThan(20);
            assertThat(history).hasSize(3);
            assertThat(history.get(0)).as("as stored").doesNotContain("postgres_app_user_pw");
            assertThat(history.get(1)).as("decoded").contains("postgres_app_user_pw", "promote switch main");
            assertThat(history.get(2))
                    .as("summaries as stored")
                    .contains("rotate prod by a test", "switch 4 accounts on main", "publish env-file .env", "record");
            String statements = drill.system().postgres().logText().substring(logged);
            assertThat(statements).as("PostgreSQL's log").contains("SELECT").doesNotContain("SCRAM-SHA-256$");
            CanaryScan scan = CanaryScan.of(values)
                    .text("history as stored", history.get(0))
                    .text("history decoded", history.get(1))
                    .text("summaries", history.get(2))
                    .text("PostgreSQL's log", statements)
                    .text("Redis's log", drill.system().redis().logText());
            assertSilent(scan, drill);
        }
    }

    @Test
    void processesShowNoValueWhileARotationRuns(@TempDir Path folder) {
        try (Drill drill = Drill.start(folder)) {
            List<CanaryScan> during = new ArrayList<>();
            drill.faults()
                    .arm(
                            IN_REDEPLOY,
                            () -> during.add(CanaryScan.of(values(drill)).processes(Map.of())));

            assertThat(rotate(drill).kind()).isEqualTo(Outcome.Kind.DONE);

            assertThat(during).hasSize(1);
            assertThat(during.get(0).bytes()).isGreaterThan(1_000);
            assertSilent(during.get(0), drill);
        }
    }

    @Test
    void aRotationThatTurnsRoundSaysNoValue(@TempDir Path folder) throws IOException {
        try (Drill drill = Drill.start(folder, Map.of("log_statement", "all"))) {
            int logged = drill.system().postgres().logText().length();
            List<String> history = new ArrayList<>();
            drill.faults().arm(AT_END, () -> history.addAll(historyOfThisWorkflow()));
            Files.createFile(folder.resolve("running/broken"));
            Outcome outcome = rotate(drill);
            Files.delete(folder.resolve("running/broken"));
            said.add(drill.run(Drill.withoutBackup(Purpose.REPAIR)).toString());

            assertThat(outcome.kind()).as(outcome.toString()).isNotEqualTo(Outcome.Kind.DONE);
            CanaryScan scan = CanaryScan.of(values(drill))
                    .text(
                            "PostgreSQL's log",
                            drill.system().postgres().logText().substring(logged));
            history.forEach(text -> scan.text("history", text));
            assertSilent(scan, drill);
        }
    }

    @Test
    void driftSaysNoValue(@TempDir Path folder) throws IOException {
        try (Drill drill = Drill.start(folder)) {
            drill.faults()
                    .arm(
                            new Spot("promote switch main", Moment.BEFORE),
                            () -> Target.POSTGRES.set(drill, "x-by-hand-1234567890"));
            Files.writeString(
                    drill.system().envFile(), Drill.read(drill.system().envFile()) + "FOREIGN=line\n");

            Outcome outcome = rotate(drill, Drill.request(Purpose.ROTATE).withOnly(List.of(Target.POSTGRES.secret)));

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DRIFT);
            drill.environment().check().forEach(remark -> said.add(remark.toString()));
            Set<SecretValue> values = values(drill);
            values.add(SecretValue.of("x-by-hand-1234567890"));
            assertSilent(CanaryScan.of(values), drill);
        }
    }

    @Test
    void aProcessThatWasKilledLeavesNoValueBehind(@TempDir Path folder) {
        try (Drill drill = Drill.start(folder)) {
            try (RunInProcess run = RunInProcess.killedAt(drill, Purpose.ROTATE, List.of(), IN_REDEPLOY)) {
                assertThat(run.awaitEnd()).isEqualTo(137);
                said.add(run.output());
            }
            said.add(drill.environment().status().toString());
            said.add(drill.environment().check().toString());
            said.add(drill.run(Drill.withoutBackup(Purpose.REPAIR)).toString());
            said.add(drill.environment().history(10).toString());
            said.add(drill.environment().list().toString());
            assertSilent(CanaryScan.of(values(drill)), drill);
        }
    }

    /** The store, the backups, the audit and temporary files besides what was said and logged. */
    private void assertSilent(CanaryScan scan, Drill drill) {
        scan.text("log", log.text()).text("outcomes, progress and exceptions", String.join("\n", said));
        Path folder = drill.system().folder();
        scan.folder(folder.resolve(".keyturn")).folder(folder.resolve("backups"));
        // PostgreSQL's log is looked at from where the rotation began: it holds how the sandbox made the roles.
        List<String> exempt = List.of(
                drill.system().postgres().folder().resolve("server.log").toString(),
                folder.resolve("infra").toString(),
                folder.resolve(".env").toString(),
                folder.resolve("running").toString());
        List<CanaryScan.Hit> hits = scan.temporaryFolder(begun).hits().stream()
                .filter(hit -> exempt.stream().noneMatch(hit.place()::startsWith))
                .toList();
        assertThat(scan.bytes()).isGreaterThan(10_000);
        assertThat(hits).as("values where none may be").isEmpty();
    }

    private Outcome rotate(Drill drill) {
        return rotate(drill, Drill.request(Purpose.ROTATE));
    }

    private Outcome rotate(Drill drill, Request request) {
        try {
            Outcome outcome = drill.environment().run(request, progress -> said.add(progress.toString()));
            said.add(outcome.toString());
            return outcome;
        } catch (EnvironmentException e) {
            said.add(e.toString());
            throw e;
        }
    }

    /** Every value of every version: old and new. */
    private static Set<SecretValue> values(Drill drill) {
        return drill.state().versions().stream()
                .flatMap(v -> v.value().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The history so far, as the server stores it and as one with the key reads it; and its summaries, as anybody reads them. */
    private static List<String> historyOfThisWorkflow() {
        WorkflowClient client = Activity.getExecutionContext().getWorkflowClient();
        var history = client.fetchHistory(Rotation.idFor("prod"));
        List<Payload> payloads = new ArrayList<>();
        List<Payload> summaries = new ArrayList<>();
        history.getEvents().forEach(event -> {
            summaries.add(event.getUserMetadata().getSummary());
            collect(event.toBuilder().clearUserMetadata().build(), payloads);
        });
        PayloadCodec codec = (PayloadCodec) client.getOptions().getDataConverter();
        return List.of(history.toJson(true), text(codec.decode(payloads)), text(summaries));
    }

    private static String text(List<Payload> payloads) {
        return payloads.stream()
                .map(payload -> payload.getData().toStringUtf8())
                .collect(Collectors.joining("\n"));
    }

    private static void collect(Message message, List<Payload> payloads) {
        if (message instanceof Payload payload) {
            payloads.add(payload);
            return;
        }
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            if (field.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                List<?> values = field.getKey().isRepeated() ? (List<?>) field.getValue() : List.of(field.getValue());
                values.forEach(value -> collect((Message) value, payloads));
            }
        }
    }

    private static final class Listening extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();
        private final StringBuilder text = new StringBuilder();

        @Override
        public synchronized void publish(LogRecord line) {
            text.append(formatter.format(line));
        }

        synchronized String text() {
            return text.toString();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
