package dev.keyturn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparing and setting, in every state that a cut can leave behind. */
class WriteTest {
    private static final List<String> STATES = List.of("old", "new", "leftover");

    @TempDir
    Path keys;

    private Publisher publisher;
    private Snapshot before;
    private Snapshot after;

    @BeforeEach
    void publish() throws IOException {
        publisher = Publishers.keyDirectory(keys);
        Files.writeString(keys.resolve("changed"), "old");
        Files.writeString(keys.resolve("removed"), "old");
        Files.writeString(keys.resolve("same"), "same");
        Publishers.chmod(keys.resolve("changed"), "rw-r-----");
        before = publisher.read();
        var parts = new java.util.TreeMap<>(publisher
                .render(before, Publishers.values("changed", "new", "created", "new"))
                .parts());
        parts.remove("removed");
        after = new Snapshot(parts);
    }

    static Stream<List<String>> everyStateOfThreeFiles() {
        return STATES.stream()
                .flatMap(a -> STATES.stream().flatMap(b -> STATES.stream().map(c -> List.of(a, b, c))));
    }

    @ParameterizedTest
    @MethodSource("everyStateOfThreeFiles")
    void aWriteThatWasCutOffAnywhereIsFinishedByTheNext(List<String> states) throws IOException {
        bringTo(states);
        assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
        assertThat(publisher.read()).isEqualTo(after);
        assertThat(names()).containsExactlyInAnyOrder("changed", "created", "same");
    }

    @ParameterizedTest
    @MethodSource("everyStateOfThreeFiles")
    void aWriteThatWasCutOffAnywhereIsUndoneByTheWriteBack(List<String> states) throws IOException {
        bringTo(states);
        assertThat(publisher.write(Publishers.holding(), after, before)).isEqualTo(before);
        assertThat(publisher.read()).isEqualTo(before);
        assertThat(Publishers.mode(keys.resolve("changed"))).isEqualTo("rw-r-----");
        assertThat(names()).containsExactlyInAnyOrder("changed", "removed", "same");
    }

    private void bringTo(List<String> states) throws IOException {
        List<String> files = List.of("changed", "created", "removed");
        for (int i = 0; i < files.size(); i++) {
            String file = files.get(i);
            if (states.get(i).equals("leftover")) {
                Files.writeString(keys.resolve(".keyturn-" + file + "-00112233aabbccdd.tmp"), "ne");
            } else if (states.get(i).equals("new")) {
                if (file.equals("removed")) {
                    Files.delete(keys.resolve(file));
                } else {
                    Files.writeString(keys.resolve(file), "new");
                    Publishers.chmod(keys.resolve(file), file.equals("changed") ? "rw-r-----" : "rw-------");
                }
            }
        }
    }

    @Test
    void leftoversOfForeignFilesAreNotTouched() throws IOException {
        Path foreign = keys.resolve(".keyturn-foreign-00112233aabbccdd.tmp");
        Files.writeString(foreign, "x");
        Files.writeString(keys.resolve(".keyturn-changed.tmp"), "no leftover: another name");
        publisher.write(Publishers.holding(), before, after);
        assertThat(foreign).exists();
        assertThat(keys.resolve(".keyturn-changed.tmp")).exists();
    }

    @Test
    void aHandEditIsDriftAndNothingOfTheCallIsWritten() throws IOException {
        Files.writeString(keys.resolve("same"), "canary");
        Snapshot found = publisher.read();
        assertThatThrownBy(() -> publisher.write(Publishers.holding(), before, after))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DRIFT))
                .hasMessageContaining("same")
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("changed,");
        assertThat(publisher.read()).isEqualTo(found);
    }

    @Test
    void aChangedModeIsDriftToo() throws IOException {
        Publishers.chmod(keys.resolve("changed"), "rw-rw-rw-");
        assertThatThrownBy(() -> publisher.write(Publishers.holding(), before, after))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DRIFT));
        assertThat(Files.readString(keys.resolve("changed"))).isEqualTo("old");
    }

    @Test
    void aFileThatVanishedIsDrift() throws IOException {
        Files.delete(keys.resolve("changed"));
        assertThatThrownBy(() -> publisher.write(Publishers.holding(), before, after))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DRIFT))
                .hasMessageContaining("changed (missing)");
    }

    @Test
    void aModeAloneIsRestored() throws IOException {
        Snapshot open = publisher.read();
        Publishers.chmod(keys.resolve("changed"), "rw-------");
        Snapshot closed = publisher.read();
        publisher.write(Publishers.holding(), closed, open);
        assertThat(Publishers.mode(keys.resolve("changed"))).isEqualTo("rw-r-----");
        assertThat(publisher.read()).isEqualTo(open);
    }

    @Test
    void aHolderWhoseEpochIsOverChangesNothing() {
        assertThatThrownBy(() -> publisher.write(Publishers.late(), before, after))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));
        assertThat(publisher.read()).isEqualTo(before);
    }

    @Test
    void aFileThatIsAsWantedIsLeftAlone() throws IOException {
        publisher.write(Publishers.holding(), before, after);
        Object inode = Files.getAttribute(keys.resolve("changed"), "unix:ino");
        publisher.write(Publishers.holding(), before, after);
        assertThat(Files.getAttribute(keys.resolve("changed"), "unix:ino")).isEqualTo(inode);
    }

    @Test
    void anOldReaderKeepsTheOldFileWhole() throws IOException {
        try (var open = Files.newInputStream(keys.resolve("changed"))) {
            publisher.write(Publishers.holding(), before, after);
            assertThat(new String(open.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("old");
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(keys)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
