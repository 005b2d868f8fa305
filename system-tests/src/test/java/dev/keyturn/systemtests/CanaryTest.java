package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.keyturn.sandbox.ConsumerConfig;
import dev.keyturn.sandbox.ConsumerHandle;
import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.testkit.CanaryScan;
import dev.keyturn.workflows.Rotation;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Request;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import dev.keyturn.workflows.environment.Environments;
import io.temporal.activity.Activity;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClient;
import io.temporal.payload.codec.PayloadCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Looks for every value, old and new, wherever none may be. */
@Order(10)
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
    @DisplayName("no secret outside its stores: history, logs, errors and files of a rotation")
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

    /** With a consumer in a process of its own, which a command restarts: the command is caught while it runs. */
    @Test
    @DisplayName("no secret outside its stores: process list and environments")
    void processesShowNoValueWhileARotationRuns(@TempDir Path folder) throws Exception {
        Path there = folder.resolve("there");
        Path go = folder.resolve("go");
        Path roll = Files.writeString(
                folder.resolve("roll.sh"),
                "touch '" + there + "'\nuntil [ -e '" + go + "' ]; do sleep 0.02; done\nexec \"$@\"\n");
        try (ConsumerHandle consumer = ConsumerHandle.prepare(
                        folder.resolve("consumer"),
                        Duration.ofMillis(100),
                        List.of(folder.resolve(".env")),
                        List.of(ConsumerConfig.Login.byUrl("database", "DATABASE_URL")));
                ElevenSecrets system = ElevenSecrets.start(folder, Map.of(), service(roll, consumer));
                Environment environment = Environments.installed().open(system.manifest())) {
            consumer.restart();
            assertThat(environment
                            .run(Drill.withoutBackup(Purpose.IMPORT), p -> {})
                            .kind())
                    .isEqualTo(Outcome.Kind.DONE);
            CompletableFuture<Outcome> running =
                    CompletableFuture.supplyAsync(() -> environment.run(Drill.withoutBackup(Purpose.ROTATE), p -> {}));
            Target.await(() -> Files.exists(there));

            List<SecretValue> values = List.copyOf(values(Drill.state(system.manifest())));
            CanaryScan during = CanaryScan.of(values).processes(Map.of());
            assertThat(childOf(roll)).as("the command, while it is looked at").isPresent();
            Files.createFile(go);

            Outcome outcome = running.get(2, TimeUnit.MINUTES);
            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.DONE);
            assertThat(consumer.process()).as("the consumer").isPresent();
            CanaryScan after = CanaryScan.of(values).processes(Map.of());
            assertThat(values).hasSizeGreaterThan(20);
            for (CanaryScan scan : List.of(during, after)) {
                assertThat(scan.bytes()).isGreaterThan(1_000);
                assertThat(scan.hits())
                        .as("values in arguments and environments")
                        .isEmpty();
                assertThat(scan.unread())
                        .as("processes of this test that were not looked at")
                        .noneMatch(this::isOurs);
            }
        }
    }

    private static String service(Path roll, ConsumerHandle consumer) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", roll.toString()));
        command.addAll(consumer.restartCommand());
        return "  app:\n    command: ["
                + command.stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(", "))
                + "]\n    uses: [database_url]\n    start-time: 20s\n    check: [{http: \"" + consumer.health()
                + "\"}]\n";
    }

    private static Optional<ProcessHandle> childOf(Path script) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(script.toString()))
                        .isPresent())
                .findFirst();
    }

    /** Others' processes may be closed to this user; its own and those that it started are not. */
    private boolean isOurs(String place) {
        return ProcessHandle.current()
                .descendants()
                .anyMatch(process -> place.startsWith("/proc/" + process.pid() + "/"));
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

    /** A short value among words, which looks like no credential to the adapter that ran the program. */
    @Test
    void whatAForeignProgramQuotesIsToldWithoutTheValue(@TempDir Path folder) {
        try (Drill drill = Drill.start(folder)) {
            List<String> quoted = new ArrayList<>();
            drill.faults().arm(IN_REDEPLOY, () -> {
                State now = drill.state();
                SecretValue pending = now.version(
                                Target.POSTGRES.secret,
                                now.openRun().orElseThrow().to().get(Target.POSTGRES.secret))
                        .flatMap(Version::value)
                        .orElseThrow();
                quoted.add(pending.reveal());
                throw new AdapterException(
                        Reason.CONFIGURATION, "the app came up as " + pending.reveal() + " and left");
            });

            Outcome outcome = rotate(drill);

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Outcome.Kind.ROLLED_BACK);
            assertThat(quoted).isNotEmpty();
            assertThat(said).anyMatch(line -> line.contains("the app came up as *** and left"));
            assertSilent(CanaryScan.of(values(drill)), drill);
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
            said.add(RunInProcess.kill(Assignment.of(drill, Purpose.ROTATE, IN_REDEPLOY)));
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
        // Everything else in these folders is looked at: a temporary file that was left behind is found.
        List<String> exempt = new ArrayList<>(List.of(
                drill.system().postgres().folder().resolve("server.log").toString(),
                drill.system().envFile().toString(),
                folder.resolve("infra/secrets/user-provided.env").toString(),
                folder.resolve("running/env").toString()));
        drill.system()
                .names()
                .forEach(name -> exempt.add(drill.system().keyFile(name).toString()));
        List<CanaryScan.Hit> hits = scan.temporaryFolder(begun).hits().stream()
                .filter(hit -> !exempt.contains(hit.place()))
                .toList();
        assertThat(scan.bytes()).isGreaterThan(10_000);
        assertThat(scan.unread())
                .as("places that were not looked at")
                .noneMatch(place -> place.startsWith("" + folder));
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
        return values(drill.state());
    }

    private static Set<SecretValue> values(State state) {
        return state.versions().stream()
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
