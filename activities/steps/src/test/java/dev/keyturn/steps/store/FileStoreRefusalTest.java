package dev.keyturn.steps.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.Fence;
import dev.keyturn.steps.manifest.StorePlace;
import dev.keyturn.testkit.FullDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreRefusalTest {
    @TempDir
    Path folder;

    @Test
    void aStoreThatIsNotThereIsMissing() throws Exception {
        assertRefused(StoreException.Kind.MISSING, "keyturn setup", () -> Stores.open(folder));

        FileStore store = Stores.create(folder);
        Files.delete(state());
        assertRefused(StoreException.Kind.MISSING, "keyturn setup", () -> Stores.open(folder));
        assertRefused(StoreException.Kind.MISSING, "keyturn setup", store::read);
    }

    @Test
    void aNewStateIsNotMadeWhereTheAuditOfALostOneLies() throws Exception {
        Stores.create(folder);
        Files.delete(state());
        Files.createFile(state().resolveSibling(FileStore.AUDIT_FILE));

        assertRefused(StoreException.Kind.DAMAGED, "whose state is gone", () -> Stores.create(folder));
    }

    @Test
    void theStoreOfAnotherEnvironmentIsForeign() {
        Stores.create(folder);

        assertRefused(
                StoreException.Kind.FOREIGN,
                "environment test, expected that of prod",
                () -> FileStore.open(Stores.place(folder), "prod", Clock.systemUTC(), Stores.LEASE));
        assertRefused(
                StoreException.Kind.FOREIGN,
                "environment test, expected that of prod",
                () -> FileStore.create(Stores.place(folder), "prod", Clock.systemUTC(), Stores.LEASE));
    }

    @Test
    void everyFlippedBitIsDamageAndNeverTakenForAnotherKey() throws Exception {
        Stores.create(folder);
        byte[] good = Files.readAllBytes(state());
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            Files.write(state(), bad);
            assertRefused(StoreException.Kind.DAMAGED, "nothing was changed", () -> Stores.open(folder));
        }
        Files.write(state(), good);
        Stores.open(folder);
    }

    @Test
    void aStateCutShortAnywhereIsDamage() throws Exception {
        Stores.create(folder);
        byte[] good = Files.readAllBytes(state());
        for (int length = 0; length < good.length; length += 7) {
            Files.write(state(), Arrays.copyOf(good, length));
            assertRefused(StoreException.Kind.DAMAGED, "nothing was changed", () -> Stores.open(folder));
        }
    }

    @Test
    void damageIsSeenByAStoreThatIsOpenAlready() throws Exception {
        FileStore store = Stores.create(folder);
        Fence fence = store.take("r1");
        byte[] bad = Files.readAllBytes(state());
        bad[bad.length - 1] ^= 1;
        Files.write(state(), bad);

        assertRefused(StoreException.Kind.DAMAGED, "changed", () -> store.update(fence, s -> Stores.filled(s, 1, 1)));
        assertThat(Files.readAllBytes(state())).isEqualTo(bad);
    }

    @Test
    void aFormatOfAnotherVersionIsRefused() throws Exception {
        Stores.create(folder);
        byte[] other = Files.readAllBytes(state());
        ByteBuffer.wrap(other).putInt(8, 2);
        Files.write(state(), other);

        assertRefused(StoreException.Kind.DAMAGED, "found format 2, expected 1", () -> Stores.open(folder));
    }

    @Test
    void theTemporaryFileOfAWriterThatDiedIsIgnoredAndRemovedByTheNext() throws Exception {
        FileStore store = Stores.create(folder);
        Path torn = PrivateFiles.temporaryOf(state());
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(state()), 40));

        assertThat(Stores.open(folder).read()).isEqualTo(store.read());
        Stores.update(store, s -> Stores.filled(s, 2, 1));
        assertThat(torn).doesNotExist();
        assertThat(Stores.open(folder).read().versions()).hasSize(2);
    }

    @Test
    void anotherKeyIsToldApartFromDamage() throws Exception {
        Stores.create(folder);
        Path other = folder.resolve("other.key");
        StoreKey.createIfMissing(other);

        assertRefused(
                StoreException.Kind.WRONG_KEY,
                "another key",
                () -> FileStore.open(
                        new StorePlace(Stores.place(folder).directory(), other),
                        "test",
                        Clock.systemUTC(),
                        Stores.LEASE));
    }

    @Test
    void aKeyFileThatIsMissingOrNoKeyIsRefusedWithoutQuotingIt() throws Exception {
        Stores.create(folder);
        Path key = Stores.place(folder).keyFile();
        Files.writeString(key, "tooshort-and-secret");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Stores.open(folder))
                .withMessageContaining("32 bytes in base64")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("tooshort"))
                .extracting(StoreException::kind)
                .isEqualTo(StoreException.Kind.WRONG_KEY);
        assertRefused(StoreException.Kind.WRONG_KEY, "32 bytes in base64", () -> Stores.create(folder));
        assertThat(Files.readString(key)).isEqualTo("tooshort-and-secret");

        Files.delete(key);
        assertRefused(StoreException.Kind.WRONG_KEY, "missing", () -> Stores.open(folder));
    }

    @Test
    void whatOthersMayReadOrWriteIsRefused() throws Exception {
        FileStore store = Stores.create(folder);
        for (Path path :
                new Path[] {store.directory(), state(), Stores.place(folder).keyFile()}) {
            String good = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            for (String open : new String[] {"rwxr-----", "rwx----w-", "rwx-----x"}) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(open));
                assertRefused(StoreException.Kind.TOO_OPEN, "chmod", () -> Stores.open(folder));
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(good));
            Stores.open(folder);
        }
    }

    @Test
    void onAFullDiskTheOldStateStands() throws Exception {
        try (FullDisk tiny = FullDisk.of(64 << 10)) {
            FileStore store = Stores.create(tiny.folder());
            Fence fence = store.take("r1");
            Version first = Stores.version("first", 1, Version.Status.PREVIOUS, "value");
            State before = store.update(fence, state -> state.withVersions(List.of(first)));

            assertRefused(
                    StoreException.Kind.UNWRITABLE,
                    "the old state stands",
                    () -> store.update(fence, state -> Stores.filled(state, 200, 5)));
            assertThat(Stores.open(tiny.folder()).read()).isEqualTo(before);
            assertThat(PrivateFiles.temporaryOf(store.directory().resolve("state")))
                    .doesNotExist();
            store.update(fence, state -> state.retire("first", 1, Stores.NOW));
        }
    }

    /** RFC 5869, test case 1: the first 32 of its 42 bytes. */
    @Test
    void keysAreDerivedAsTheRfcSays() {
        byte[] okm = StoreKey.hkdf(
                HexFormat.of().parseHex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                HexFormat.of().parseHex("000102030405060708090a0b0c"),
                HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9"));

        assertThat(HexFormat.of().formatHex(okm))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    @Test
    void theKeyForEachPurposeIsAnother() {
        FileStore store = Stores.create(folder);

        assertThat(store.key().derive("payload"))
                .hasSize(32)
                .isEqualTo(Stores.open(folder).key().derive("payload"))
                .isNotEqualTo(store.key().derive("audit"));
        assertThat(store.key().toString()).doesNotContain(new String(store.key().derive("x"), StandardCharsets.UTF_8));
    }

    private Path state() {
        return Stores.place(folder).directory().resolve("state");
    }

    private static void assertRefused(StoreException.Kind kind, String text, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .withMessageContaining(text)
                .withNoCause()
                .extracting(StoreException::kind)
                .isEqualTo(kind);
    }
}
