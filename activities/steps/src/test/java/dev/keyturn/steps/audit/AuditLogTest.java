package dev.keyturn.steps.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.steps.store.FileStore;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.testkit.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Clock CLOCK = Clock.fixed(Stores.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private FileStore store;
    private AuditLog log;

    @BeforeEach
    void open() {
        store = Stores.create(folder);
        log = AuditLog.open(store, CLOCK);
    }

    @Test
    void entriesAreReadableLinesOfJsonForTheOwnerAlone() throws Exception {
        log.append(new AuditEntry("r1", "ann", "publish", ".env", "3 \"fields\"\nchanged"));

        List<String> lines = Files.readAllLines(file());
        JsonNode entry = new ObjectMapper().readTree(lines.get(0));
        assertThat(lines).hasSize(1);
        assertThat(entry.get("seq").longValue()).isEqualTo(1);
        assertThat(entry.get("time").textValue()).isEqualTo("2026-03-01T02:00:00Z");
        assertThat(entry.get("run").textValue()).isEqualTo("r1");
        assertThat(entry.get("actor").textValue()).isEqualTo("ann");
        assertThat(entry.get("event").textValue()).isEqualTo("publish");
        assertThat(entry.get("object").textValue()).isEqualTo(".env");
        assertThat(entry.get("detail").textValue()).isEqualTo("3 \"fields\"\nchanged");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aChainThatNobodyTouchedVerifiesAlsoFromAnotherOpening() {
        assertThat(log.verify()).isEqualTo(new Verdict.Intact(0, false));
        fill(5);
        anchor();
        AuditLog other = AuditLog.open(Stores.open(folder), CLOCK);
        other.append(entry(6));
        fill(1);

        assertThat(log.verify()).isEqualTo(new Verdict.Intact(7, false));
        assertThat(other.verify()).isEqualTo(new Verdict.Intact(7, false));
    }

    @Test
    void aChangedLineIsFound() throws Exception {
        fill(5);
        anchor();
        for (int line = 0; line < 5; line++) {
            List<String> lines = new ArrayList<>(Files.readAllLines(file()));
            lines.set(line, lines.get(line).replace("\"ann\"", "\"bob\""));
            assertBroken(lines, line + 1);
        }
    }

    @Test
    void anyChangedByteOfALineIsFound() throws Exception {
        fill(2);
        anchor();
        byte[] good = Files.readAllBytes(file());
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file(), bad);
            assertThat(log.verify()).as("byte " + at).isInstanceOf(Verdict.Broken.class);
        }
        Files.write(file(), good);
        assertThat(log.verify()).isEqualTo(new Verdict.Intact(2, false));
    }

    @Test
    void aRemovedLineIsFound() throws Exception {
        fill(5);
        anchor();
        for (int line = 0; line < 4; line++) {
            List<String> lines = new ArrayList<>(Files.readAllLines(file()));
            lines.remove(line);
            assertBroken(lines, line + 1);
        }
    }

    @Test
    void swappedAndRepeatedLinesAreFound() throws Exception {
        fill(5);
        List<String> swapped = new ArrayList<>(Files.readAllLines(file()));
        swapped.add(2, swapped.remove(1));
        assertBroken(swapped, 2);

        List<String> repeated = new ArrayList<>(Files.readAllLines(file()));
        repeated.add(repeated.get(4));
        assertBroken(repeated, 6);
    }

    @Test
    void aLineAddedWithoutTheKeyIsFound() throws Exception {
        fill(3);
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));
        lines.add(lines.get(2).replace("\"seq\":3", "\"seq\":4"));
        assertBroken(lines, 4);

        FileStore other = Stores.create(folder.resolve("other"));
        AuditLog.open(other, CLOCK).append(entry(1));
        assertBroken(Files.readAllLines(other.directory().resolve(FileStore.AUDIT_FILE)), 1);
    }

    @Test
    void aCutTailIsFoundBecauseTheStoreKnowsHowFarItCame() throws Exception {
        fill(5);
        anchor();
        List<String> lines = Files.readAllLines(file());

        for (int kept = 0; kept < 5; kept++) {
            Files.write(file(), lines.subList(0, kept));
            assertThat(log.verify()).isInstanceOf(Verdict.Broken.class);
            assertThatExceptionOfType(AuditException.class)
                    .isThrownBy(() -> AuditLog.open(Stores.open(folder), CLOCK).append(entry(6)))
                    .withMessageContaining("expected at least 5");
        }
        Files.delete(file());
        assertThat(log.verify())
                .isEqualTo(new Verdict.Broken(
                        1, "the store knows of 5 entries: those after entry 0 were removed or changed"));
        assertThatExceptionOfType(AuditException.class).isThrownBy(() -> log.append(entry(6)));
        assertThat(file()).doesNotExist();
    }

    @Test
    void aStoreThatDoesNotWriteTheAuditKeepsWhatItKnowsOfIt() throws Exception {
        fill(2);
        anchor();
        Stores.update(Stores.open(folder), state -> state.deploying("app", "g2", "r1"));

        assertThat(Stores.open(folder).auditHead().count()).isEqualTo(2);
    }

    @Test
    void anEntryThatACrashCutShortIsKeptAndExplainedByTheNext() throws Exception {
        fill(3);
        anchor();
        byte[] whole = Files.readAllBytes(file());
        fill(1);
        byte[] more = Files.readAllBytes(file());
        for (int left = whole.length + 1; left < more.length - 1; left += 11) {
            Files.write(file(), java.util.Arrays.copyOf(more, left));
            AuditLog next = AuditLog.open(Stores.open(folder), CLOCK);

            assertThat(next.verify()).isEqualTo(new Verdict.Intact(3, true));
            next.append(entry(4));
            assertThat(next.verify()).isEqualTo(new Verdict.Intact(5, false));
            assertThat(Files.readAllLines(file()).get(4)).contains("\"healed\"", "a crash cut the entry");
        }
    }

    @Test
    void anEntryThatLacksOnlyItsLineEndCounts() throws Exception {
        fill(2);
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), java.util.Arrays.copyOf(whole, whole.length - 1));
        AuditLog next = AuditLog.open(Stores.open(folder), CLOCK);

        assertThat(next.verify()).isEqualTo(new Verdict.Intact(2, false));
        next.append(entry(3));
        assertThat(next.verify()).isEqualTo(new Verdict.Intact(3, false));
    }

    @Test
    void whatWasHealedMayNotBeChangedLater() throws Exception {
        fill(2);
        Files.writeString(file(), "{\"seq\":3,\"ti", StandardOpenOption.APPEND);
        AuditLog.open(Stores.open(folder), CLOCK).append(entry(3));
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));
        assertThat(log.verify()).isEqualTo(new Verdict.Intact(4, false));

        lines.set(2, "{\"seq\":3,\"tx");
        assertBroken(lines, 3);
    }

    @Test
    void aWholeForeignLineAtTheEndIsNotTakenForACrash() throws Exception {
        fill(2);
        Files.writeString(file(), "{\"seq\":3}\n", StandardOpenOption.APPEND);

        assertThat(log.verify()).isEqualTo(new Verdict.Broken(3, "the line was changed or added"));
        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> log.append(entry(3)))
                .withMessageContaining("none that was written");
    }

    @Test
    void anAuditThatOthersMayWriteIsRefused() throws Exception {
        fill(1);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw----"));

        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> log.append(entry(2)))
                .withMessageContaining("chmod 600");
    }

    @Test
    void onAFullDiskNothingIsChangedAndTheChainGoesOnWhenThereIsRoom() throws Exception {
        try (FullDisk tiny = FullDisk.of(64 << 10)) {
            FileStore small = Stores.create(tiny.folder());
            AuditLog audit = AuditLog.open(small, CLOCK);
            audit.append(entry(1));
            Path filler = tiny.folder().resolve("filler");
            fillUp(filler);
            AuditEntry long1 = new AuditEntry("r1", "ann", "publish", ".env", "x".repeat(6000));
            assertThatExceptionOfType(AuditException.class)
                    .isThrownBy(() -> audit.append(long1))
                    .withMessageContaining("nothing may be changed");

            Files.delete(filler);
            audit.append(entry(2));
            assertThat(audit.verify())
                    .isInstanceOfSatisfying(
                            Verdict.Intact.class,
                            intact -> assertThat(intact.torn()).isFalse());
        }
    }

    @Test
    void entriesOfManyThreadsMakeOneChain() throws Exception {
        AuditLog other = AuditLog.open(Stores.open(folder), CLOCK);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = IntStream.range(0, 40)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> (i % 2 == 0 ? log : other).append(entry(i))))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(log.verify()).isEqualTo(new Verdict.Intact(40, false));
    }

    private static void fillUp(Path filler) {
        try {
            Files.write(filler, new byte[1 << 20]);
        } catch (IOException e) {
            // That was the purpose.
        }
    }

    private void fill(int entries) {
        for (int i = 1; i <= entries; i++) {
            log.append(entry(i));
        }
    }

    private void anchor() {
        Stores.update(store, state -> state.deploying("app", "g1", "r1"));
    }

    private static AuditEntry entry(int number) {
        return new AuditEntry("r1", "ann", "publish", "object " + number, "done");
    }

    private void assertBroken(List<String> lines, long at) throws IOException {
        byte[] good = Files.readAllBytes(file());
        Files.write(file(), lines);
        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        Verdict.Broken.class,
                        broken -> assertThat(broken.line()).isEqualTo(at));
        Files.write(file(), good);
    }

    private Path file() {
        return store.directory().resolve(FileStore.AUDIT_FILE);
    }
}
