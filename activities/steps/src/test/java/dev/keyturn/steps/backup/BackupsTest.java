package dev.keyturn.steps.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.manifest.BackupPlace;
import dev.keyturn.steps.store.Header;
import dev.keyturn.steps.store.Intent;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Turn;
import dev.keyturn.steps.store.Version;
import dev.keyturn.testkit.FullDisk;
import dev.keyturn.testkit.Need;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {
    private static final String VALUE = "canary-value-ünï-$-😀";
    private static final String NAME = "keyturn-test-20260301T020000Z-1.tar.gpg";

    private static final String PASSPHRASE = "correct horse Bätterie staple\nsecond line\n";

    /** One written backup for all tests that only look at one: making its key is meant to be slow. */
    private static byte[] written;

    @TempDir
    Path folder;

    private BackupPlace place;
    private Backups backups;

    @BeforeAll
    static void writeOne(@TempDir Path once) throws IOException {
        BackupPlace place = new BackupPlace(once, 1, once.resolve("backup.pass"));
        writePassphrase(place, PASSPHRASE);
        new Backups(place, "test").create(contents(Stores.NOW));
        written = Files.readAllBytes(once.resolve(NAME));
    }

    @BeforeEach
    void open() throws IOException {
        place = new BackupPlace(Files.createDirectory(folder.resolve("backups")), 2, folder.resolve("backup.pass"));
        writePassphrase(PASSPHRASE);
        backups = new Backups(place, "test");
    }

    @Test
    void plainGpgAndTarOpenItAndGiveTheSameBytes() throws Exception {
        Path gpg = Path.of("/usr/bin/gpg");
        new Need("gnupg", "there is no " + gpg, "apt-get install {}").leavesOutUnless(Files.isExecutable(gpg));
        BackupContents contents = contents(Stores.NOW);
        Path backup = place.directory().resolve(backups.create(contents).file().name());
        Path home = Files.createDirectory(
                folder.resolve("gnupg"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path opened = Files.createDirectory(folder.resolve("opened"));
        Path tar = folder.resolve("backup.tar");

        run(
                home,
                opened,
                tar.toFile(),
                "gpg",
                "--batch",
                "--pinentry-mode",
                "loopback",
                "--passphrase-file",
                place.passphraseFile().toString(),
                "--decrypt",
                backup.toString());
        run(home, opened, folder.resolve("tar.out").toFile(), "tar", "-xf", tar.toString());
        run(home, opened, folder.resolve("sums.out").toFile(), "sha256sum", "--strict", "-c", "SHA256SUMS");
        run(home, opened, folder.resolve("agent.out").toFile(), "gpgconf", "--kill", "all");

        assertThat(opened.resolve("secrets/db_password/1.previous")).hasContent("first");
        assertThat(Files.readAllBytes(opened.resolve("secrets/db_password/2.current")))
                .isEqualTo(VALUE.getBytes(UTF_8));
        assertThat(Files.readAllBytes(opened.resolve("manifest.yaml"))).isEqualTo(contents.manifest());
        Path published = opened.resolve("publications/1-env-file-.env/.env");
        assertThat(Files.readAllBytes(published)).isEqualTo(binary());
        assertThat(mode(published)).isEqualTo("rw-r-----");
        assertThat(mode(opened.resolve("secrets"))).isEqualTo("rwx------");
        assertThat(mode(opened.resolve("secrets/db_password/2.current"))).isEqualTo("rw-------");
        assertThat(opened.resolve("README.txt")).content().contains("gpg --decrypt FILE | tar -x");
        assertThat(opened.resolve("index.json"))
                .content()
                .contains("\"db_password/2\" : \"secrets/db_password/2.current\"", "\"RETIRED\"", "odd/../part")
                .doesNotContain(VALUE)
                .doesNotContain("first");
    }

    @Test
    void aBackupIsCountedListedAndVerified() {
        Verified written = backups.create(contents(Stores.NOW));

        assertThat(written.file().name()).isEqualTo(NAME);
        assertThat(written.file().written()).isEqualTo(Stores.NOW);
        assertThat(written.secrets()).isEqualTo(1);
        assertThat(written.files()).isEqualTo(2);
        assertThat(backups.list()).containsExactly(written.file());
        assertThat(new Backups(place, "test").verify(NAME)).isEqualTo(written);
    }

    @Test
    void twoBackupsOfOneSecondGetTwoNames() throws Exception {
        give(NAME);
        Verified second = backups.create(contents(Stores.NOW.plusMillis(300)));

        assertThat(second.file().number()).isEqualTo(2);
        assertThat(backups.list()).extracting(BackupFile::number).containsExactly(2, 1);
    }

    @Test
    void onlyItsOwnerMayReadItAndNothingElseIsLeft() throws Exception {
        backups.create(contents(Stores.NOW));

        assertThat(names()).containsExactly(NAME);
        assertThat(mode(file())).isEqualTo("rw-------");
        assertThat(new String(Files.readAllBytes(file()), UTF_8))
                .doesNotContain("canary")
                .doesNotContain("db_password");
    }

    @Test
    void anotherPassphraseIsSaidToBeAnother() throws Exception {
        give(NAME);
        writePassphrase("another one\n");

        assertRefused("the passphrase does not open it", () -> backups.verify(NAME));
    }

    @Test
    void aBackupThatWasChangedOrCutShortIsFound() throws Exception {
        give(NAME);
        byte[] good = Files.readAllBytes(file());
        byte[] bad = good.clone();
        bad[good.length / 2] ^= 1;
        Files.write(file(), bad);
        assertRefused("changed or cut short", () -> backups.verify(NAME));

        Files.write(file(), Arrays.copyOf(good, good.length - 1));
        assertRefused("changed or cut short", () -> backups.verify(NAME));
    }

    @Test
    void aBackupThatIsNotThereIsNamed() {
        assertRefused("found no backup " + NAME, () -> backups.verify(NAME));
        assertRefused("found no backup", () -> backups.verify("../backup.pass"));
        assertRefused("found no backup", () -> backups.verify("keyturn-test-20269999T999999Z-1.tar.gpg"));
        assertThat(backups.list()).isEmpty();
    }

    @Test
    void whatIsReadBackMustBeWhatWasMeant() throws Exception {
        give(NAME);
        Snapshot meant = Layout.of(contents(Stores.NOW));
        backups.prove(file(), meant);

        assertRefused(
                "differs from what was written",
                () -> backups.prove(file(), Layout.of(contents(Stores.NOW.plusSeconds(1)))));
        Files.write(file(), new byte[200]);
        assertRefused("cut short", () -> backups.prove(file(), meant));
    }

    @Test
    void aPassphraseFileThatIsNoneIsRefusedWithoutQuotingIt() throws Exception {
        writePassphrase("\nsecond\n");
        assertRefused("empty first line", () -> backups.create(contents(Stores.NOW)));
        writePassphrase("typed-on-windows\r\n");
        assertRefused("carriage return", () -> backups.create(contents(Stores.NOW)));
        Files.write(place.passphraseFile(), new byte[] {(byte) 0xFF, 'x', '\n'});
        assertRefused("not UTF-8", () -> backups.create(contents(Stores.NOW)));
        writePassphrase("good\n");
        Files.setPosixFilePermissions(place.passphraseFile(), PosixFilePermissions.fromString("rw-r-----"));
        assertRefused("chmod 600", () -> backups.create(contents(Stores.NOW)));
        Files.delete(place.passphraseFile());
        assertRefused("found no such file", () -> backups.create(contents(Stores.NOW)));
        assertThat(names()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsRefused() throws Exception {
        Files.delete(place.directory());

        assertRefused("mkdir -m 700", () -> backups.create(contents(Stores.NOW)));
        assertRefused("mkdir -m 700", backups::list);
        assertRefused("mkdir -m 700", () -> backups.prune(1));
    }

    @Test
    void onAFullDiskThereIsNoNewBackupAndTheOldOneStands() throws Exception {
        try (FullDisk tiny = FullDisk.of(64 << 10)) {
            Backups small = new Backups(new BackupPlace(tiny.folder(), 2, place.passphraseFile()), "test");
            Verified old = small.create(contents(Stores.NOW));

            assertRefused(
                    "cannot be written", () -> small.create(contents(Stores.NOW.plusSeconds(9), new byte[100_000])));
            try (Stream<Path> left = Files.list(tiny.folder())) {
                assertThat(left).containsExactly(tiny.folder().resolve(NAME));
            }
            assertThat(small.verify(NAME)).isEqualTo(old);
        }
    }

    @Test
    void pruningRemovesTheOldestOfItsOwnEnvironmentOnly() throws Exception {
        Files.createFile(place.directory().resolve("keyturn-test-eu-20200101T000000Z-1.tar.gpg"));
        Files.createFile(place.directory().resolve("keyturn-other-20200101T000000Z-1.tar.gpg"));
        Files.createFile(place.directory().resolve("notes.txt"));
        give(NAME, NAME.replace("00Z", "01Z"), NAME.replace("00Z", "02Z"));
        Files.createFile(place.directory().resolve("." + NAME + ".part"));
        Path leftOver = Files.createFile(place.directory().resolve("." + NAME.replace("-1.tar", "-2.tar") + ".part"));
        Files.setLastModifiedTime(leftOver, FileTime.from(Instant.now().minusSeconds(7200)));

        assertThat(backups.prune(2)).containsExactly(NAME);
        assertThat(backups.prune(2)).isEmpty();
        assertThat(backups.list()).hasSize(2);
        assertThat(leftOver).doesNotExist();
        assertThat(names())
                .contains(
                        "keyturn-test-eu-20200101T000000Z-1.tar.gpg",
                        "keyturn-other-20200101T000000Z-1.tar.gpg",
                        "notes.txt",
                        "." + NAME + ".part");
        assertRefused("at least 1", () -> backups.prune(0));
    }

    @Test
    void pruningNeverRemovesTheNewestThatCanBeOpened() throws Exception {
        give(NAME, NAME.replace("00Z", "01Z"), NAME.replace("00Z", "02Z"));
        Backups later = new Backups(place, "test");
        for (BackupFile broken : later.list().subList(0, 1)) {
            Files.write(place.directory().resolve(broken.name()), new byte[100]);
        }

        assertThat(later.prune(1)).containsExactly(NAME);
        assertThat(later.list()).hasSize(2);
    }

    private static byte[] binary() {
        byte[] bytes = new byte[256];
        IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);
        return bytes;
    }

    private static BackupContents contents(Instant at) {
        return contents(at, binary());
    }

    private static BackupContents contents(Instant at, byte[] published) {
        Version forgotten = new Version(
                "old_secret",
                1,
                Version.Status.RETIRED,
                Version.Origin.ADOPTED,
                Optional.empty(),
                Stores.NOW,
                Stores.NOW,
                false);
        Snapshot image = Stores.snapshot(".env", published);
        State state = new State(
                new Header("0123456789ab", "test", 3, Turn.FIRST, Optional.empty()),
                List.of(
                        Stores.version("db_password", 1, Version.Status.PREVIOUS, "first"),
                        Stores.version("db_password", 2, Version.Status.CURRENT, VALUE),
                        forgotten),
                List.of(Stores.run("r1", Map.of(), Map.of())),
                List.of(new Intent("r1", "promote", ".env", image, image, Optional.empty())),
                Map.of(),
                List.of());
        TreeMap<String, Snapshot> publications = new TreeMap<>(Map.of(
                "env-file .env", Stores.snapshot(".env", published),
                "key-directory keys", Stores.snapshot("odd/../part", new byte[] {1}),
                "kubernetes not-there-yet", Snapshot.EMPTY));
        return new BackupContents("test", at, "environment: test # ü\n".getBytes(UTF_8), state, publications);
    }

    private void give(String... names) throws IOException {
        for (String name : names) {
            Files.write(place.directory().resolve(name), written);
        }
    }

    private void writePassphrase(String content) throws IOException {
        writePassphrase(place, content);
    }

    private static void writePassphrase(BackupPlace place, String content) throws IOException {
        Files.writeString(place.passphraseFile(), content);
        Files.setPosixFilePermissions(place.passphraseFile(), PosixFilePermissions.fromString("rw-------"));
    }

    private Path file() {
        return place.directory().resolve(NAME);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(place.directory())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void run(Path home, Path directory, File out, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out)
                .redirectError(home.resolve("stderr").toFile());
        builder.environment().put("GNUPGHOME", home.toString());
        assertThat(builder.start().waitFor())
                .as(() -> command[0] + ": " + textOf(home.resolve("stderr")))
                .isZero();
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    private static void assertRefused(String text, ThrowingCallable call) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(call)
                .withMessageContaining(text)
                .withMessageNotContaining("typed-on")
                .withNoCause();
    }
}
