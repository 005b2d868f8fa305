package dev.keyturn.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDirectoryTest {
    @TempDir
    Path temporary;

    private Path keys;
    private Publisher publisher;

    @BeforeEach
    void open() {
        keys = temporary.resolve("infra/keys");
        publisher = Publishers.keyDirectory(keys, "suffix", ".txt");
    }

    @Test
    void aMissingDirectoryIsAnEmptyPublicationAndIsCreatedForItsOwnerAlone() throws IOException {
        assertThat(publisher.read()).isEqualTo(Snapshot.EMPTY);
        Snapshot next = publisher.render(Snapshot.EMPTY, Publishers.values("a", "1", "b", "2"));

        assertThat(publisher.write(Publishers.holding(), Snapshot.EMPTY, next)).isEqualTo(next);
        assertThat(publisher.read()).isEqualTo(next);
        assertThat(Files.readString(keys.resolve("a.txt"))).isEqualTo("1");
        assertThat(Publishers.mode(keys)).isEqualTo("rwx------");
        assertThat(Publishers.mode(keys.resolve("a.txt"))).isEqualTo("rw-------");
    }

    @Test
    void modesOfTheManifestHoldWhateverTheUmaskIs() throws IOException {
        Publisher open = Publishers.keyDirectory(keys, "mode", "0664", "directory-mode", "0775");
        open.write(Publishers.holding(), Snapshot.EMPTY, open.render(Snapshot.EMPTY, Publishers.values("a", "1")));
        assertThat(Publishers.mode(keys)).isEqualTo("rwxrwxr-x");
        assertThat(Publishers.mode(keys.resolve("a"))).isEqualTo("rw-rw-r--");
    }

    @Test
    void anExistingFileKeepsItsNewlineHabitAndItsMode() throws IOException {
        Files.createDirectories(keys);
        Files.writeString(keys.resolve("unix.txt"), "old\n");
        Files.writeString(keys.resolve("dos.txt"), "old\r\n");
        Files.writeString(keys.resolve("bare.txt"), "old");
        Files.writeString(keys.resolve("two.txt"), "old\n\n");
        Publishers.chmod(keys.resolve("unix.txt"), "r--r-----");
        Snapshot before = publisher.read();
        assertThat(publisher.values(before, fields("unix", "dos", "bare", "two", "absent")))
                .isEqualTo(Publishers.values("unix", "old", "dos", "old", "bare", "old", "two", "old\n"));

        Map<Field, SecretValue> values = Publishers.values("unix", "n", "dos", "n", "bare", "n");
        publisher.write(Publishers.holding(), before, publisher.render(before, values));
        assertThat(Files.readString(keys.resolve("unix.txt"))).isEqualTo("n\n");
        assertThat(Files.readString(keys.resolve("dos.txt"))).isEqualTo("n\r\n");
        assertThat(Files.readString(keys.resolve("bare.txt"))).isEqualTo("n");
        assertThat(Publishers.mode(keys.resolve("unix.txt"))).isEqualTo("r--r-----");
        assertThat(publisher.values(publisher.read(), values.keySet())).isEqualTo(values);
    }

    @Test
    void aNewFileEndsWithANewlineOnlyIfTheManifestSaysSo() {
        Publisher ending = Publishers.keyDirectory(keys, "newline", true);
        Snapshot next = ending.render(Snapshot.EMPTY, Publishers.values("a", "1"));
        assertThat(next.parts().get("a").content()).isEqualTo("1\n".getBytes(UTF_8));
        assertThat(ending.values(next, fields("a"))).isEqualTo(Publishers.values("a", "1"));
    }

    @Test
    void foreignFilesAreNeitherTouchedNorOverwritten() throws IOException {
        Files.createDirectories(keys.resolve("folder.txt"));
        Files.writeString(keys.resolve("other.pem"), "foreign");
        Files.writeString(keys.resolve(".hidden.txt"), "foreign");
        Files.write(keys.resolve("large.txt"), new byte[FileParts.LARGEST + 1]);
        Snapshot before = publisher.read();
        assertThat(before).isEqualTo(Snapshot.EMPTY);

        publisher.write(Publishers.holding(), before, publisher.render(before, Publishers.values("a", "1")));
        assertThat(Files.readString(keys.resolve("other.pem"))).isEqualTo("foreign");
        for (String taken : new String[] {"large", "folder"}) {
            Snapshot now = publisher.read();
            Snapshot next = publisher.render(now, Publishers.values(taken, "1"));
            assertRefused(Reason.CONFIGURATION, () -> publisher.write(Publishers.holding(), now, next));
        }
        assertThat(Files.size(keys.resolve("large.txt"))).isEqualTo(FileParts.LARGEST + 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../a", "a/b", "/a", "a\\b", "a\nb", "a\0", ".hidden"})
    void aFieldThatWouldLeaveTheDirectoryOrHideIsRefused(String field) {
        assertRefused(Reason.CONFIGURATION, () -> publisher.render(Snapshot.EMPTY, Publishers.values(field, "canary")));
        Publisher bare = Publishers.keyDirectory(keys);
        assertRefused(Reason.CONFIGURATION, () -> bare.render(Snapshot.EMPTY, Publishers.values(field, "canary")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary\n", "canary\r\n", "canary\r"})
    void aValueThatEndsWithALineBreakIsRejected(String value) {
        assertRefused(Reason.VALUE_REJECTED, () -> publisher.render(Snapshot.EMPTY, Publishers.values("a", value)));
    }

    @Test
    void fiveHundredFilesAreReplacedTogether() {
        String[] old = new String[1000];
        String[] fresh = new String[1000];
        for (int i = 0; i < 1000; i += 2) {
            old[i] = fresh[i] = "field" + i;
            old[i + 1] = "old" + i;
            fresh[i + 1] = "new" + i;
        }
        Snapshot before = publisher.render(Snapshot.EMPTY, Publishers.values(old));
        publisher.write(Publishers.holding(), Snapshot.EMPTY, before);
        Snapshot after = publisher.render(before, Publishers.values(fresh));
        assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
        assertThat(publisher.read()).isEqualTo(after);
    }

    @Test
    void aFieldWhoseFileIsALinkToANeighbourIsReplacedThereAndRolledBack() throws IOException {
        versioned();
        Snapshot before = publisher.read();
        for (String field : new String[] {"session", "session.v3"}) {
            Snapshot after = publisher.render(before, Publishers.values(field, "new"));
            assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
            assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
            assertThat(publisher.read()).isEqualTo(after);
            assertThat(publisher.values(after, fields("session", "session.v3")))
                    .isEqualTo(Publishers.values("session", "new", "session.v3", "new"));
            assertThat(keys.resolve("session.txt")).isSymbolicLink();
            assertThat(keys.resolve("session.v3.txt")).isRegularFile().hasContent("new");
            publisher.write(Publishers.holding(), after, before);
            assertThat(keys.resolve("session.v3.txt")).hasContent("old");
        }
        assertThat(names()).containsExactlyInAnyOrder("session.txt", "session.v3.txt");
    }

    @Test
    void twoFieldsOfOneFileHoldOneValueOrNothingIsWritten() throws IOException {
        versioned();
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, Publishers.values("session", "new", "session.v3", "new"));
        assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
        assertRefused(
                Reason.CONFIGURATION,
                () -> publisher.render(after, Publishers.values("session", "canary", "session.v3", "newer")));
        assertThat(publisher.preflight())
                .anySatisfy(finding -> assertThat(finding.found()).contains("one file with session.v3.txt"));
    }

    @Test
    void twoNamesOfOneFileThatAreToHoldFilesOfTheirOwnAreRefusedBeforeAnythingIsWritten() throws IOException {
        Snapshot apart = publisher.render(Snapshot.EMPTY, Publishers.values("session", "old", "session.v3", "old"));
        Snapshot next = publisher.render(apart, Publishers.values("session", "new", "session.v3", "newer"));
        versioned();
        Snapshot found = publisher.read();
        assertRefused(Reason.CONFIGURATION, () -> publisher.write(Publishers.holding(), apart, next));
        Snapshot dangling = publisher.without(found, fields("session.v3"));
        assertRefused(Reason.CONFIGURATION, () -> publisher.write(Publishers.holding(), found, dangling));
        Files.delete(keys.resolve("session.v3.txt"));
        Files.writeString(temporary.resolve("elsewhere"), "old");
        for (String name : new String[] {"session.txt", "session.v3.txt"}) {
            Files.deleteIfExists(keys.resolve(name));
            Files.createSymbolicLink(keys.resolve(name), temporary.resolve("elsewhere"));
        }
        assertRefused(Reason.CONFIGURATION, () -> publisher.write(Publishers.holding(), apart, next));
        assertThat(temporary.resolve("elsewhere")).hasContent("old");
        assertThat(names()).containsExactlyInAnyOrder("session.txt", "session.v3.txt");
    }

    @Test
    void aLinkThatBecameAFileOfItsOwnIsDrift() throws IOException {
        versioned();
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, Publishers.values("session", "canary"));
        Files.delete(keys.resolve("session.txt"));
        Files.writeString(keys.resolve("session.txt"), "old");
        assertRefused(Reason.DRIFT, () -> publisher.write(Publishers.holding(), before, after));
        assertThat(keys.resolve("session.v3.txt")).hasContent("old");
    }

    private void versioned() throws IOException {
        Files.createDirectories(keys);
        Files.writeString(keys.resolve("session.v3.txt"), "old");
        Files.createSymbolicLink(keys.resolve("session.txt"), Path.of("session.v3.txt"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(keys)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Set<Field> fields(String... names) {
        return java.util.Arrays.stream(names).map(Field::new).collect(java.util.stream.Collectors.toSet());
    }

    private static void assertRefused(Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageNotContaining("canary");
    }
}
