package dev.keyturn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.testkit.FullDisk;
import dev.keyturn.testkit.Mount;
import dev.keyturn.testkit.Need;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links, full disks, foreign owners: the places where a rename is not the whole story, and what preflight says of them. */
class PlaceTest {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    static final Need ROOT = new Need("root", "this is another user", "run it as {}");

    private static final Need UTIL_LINUX = new Need("util-linux", "there is no " + SETPRIV, "apt-get install {}");

    @TempDir
    Path directory;

    @Test
    void aLinkIsFollowedOnceAndStaysALink() throws IOException {
        Path target = Files.writeString(
                Files.createDirectory(directory.resolve("shared")).resolve("prod.env"), "K=old\n");
        Path link = Files.createSymbolicLink(directory.resolve(".env"), Path.of("shared/prod.env"));
        rewrite(Publishers.envFile(link));
        assertThat(link).isSymbolicLink();
        assertThat(target).isRegularFile().hasContent("K=new");
    }

    @Test
    void aLinkInALinkedDirectoryIsFollowedAsTheSystemDoes() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path target = Files.writeString(shared.resolve(".env"), "K=old\n");
        Files.createDirectories(directory.resolve("releases/5"));
        Files.createSymbolicLink(directory.resolve("releases/5/.env"), Path.of("../../shared/.env"));
        Files.createSymbolicLink(directory.resolve("current"), Path.of("releases/5"));
        Publisher publisher = Publishers.envFile(directory.resolve("current/.env"));
        assertThat(publisher.preflight()).noneMatch(finding -> finding.severity() == Finding.Severity.BLOCKS);
        rewrite(publisher);
        assertThat(directory.resolve("releases/5/.env")).isSymbolicLink();
        assertThat(target).isRegularFile().hasContent("K=new");
    }

    @Test
    void aLinkToALinkOrToNothingOrAgainstThePolicyIsRefused() throws IOException {
        Path target = Files.writeString(directory.resolve("prod.env"), "K=old\n");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path twice = Files.createSymbolicLink(directory.resolve("twice"), link);
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nothing"));

        for (Publisher publisher : List.of(
                Publishers.envFile(twice),
                Publishers.envFile(dangling),
                Publishers.envFile(link, "follow-symlink", false))) {
            assertRefused(Reason.CONFIGURATION, publisher::read);
            assertThat(publisher.preflight()).singleElement().satisfies(PlaceTest::blocks);
        }
        Publisher keys = Publishers.keyDirectory(directory);
        Snapshot before = keys.read();
        assertThat(before.parts()).containsOnlyKeys("prod.env", "link");
        Snapshot after = keys.render(before, Publishers.values("twice", "x"));
        assertRefused(Reason.CONFIGURATION, () -> keys.write(Publishers.holding(), before, after));
        assertThat(target).hasContent("K=old");
    }

    @Test
    void aLinkToAnotherDeviceIsRefused() throws IOException {
        try (FullDisk other = FullDisk.of(64 << 10)) {
            Path target = Files.writeString(other.folder().resolve("prod.env"), "K=old\n");
            Path link = Files.createSymbolicLink(directory.resolve(".env"), target);
            assertRefused(Reason.CONFIGURATION, Publishers.envFile(link)::read);
        }
    }

    @Test
    void aFullDiskChangesNothingAndLeavesNothingBehind() throws IOException {
        try (FullDisk disk = FullDisk.of(64 << 10)) {
            Publisher keys = Publishers.keyDirectory(disk.folder());
            Snapshot before = keys.render(Snapshot.EMPTY, Publishers.values("a", "old", "b", "old"));
            keys.write(Publishers.holding(), Snapshot.EMPTY, before);
            Snapshot after = keys.render(before, Publishers.values("a", "new", "b", "n".repeat(80_000)));
            assertRefused(Reason.UNAVAILABLE, () -> keys.write(Publishers.holding(), before, after));
            assertThat(keys.read()).isEqualTo(before);
            try (var files = Files.list(disk.folder())) {
                assertThat(files).hasSize(2);
            }
            Files.write(disk.folder().resolve("filler"), new byte[40_000]);
            assertThat(keys.preflight())
                    .anySatisfy(finding -> assertThat(finding.found()).contains("bytes free"));
        }
    }

    @Test
    void aReadOnlyPlaceIsDenied() throws IOException {
        try (FullDisk disk = FullDisk.of(64 << 10)) {
            Path file = Files.writeString(disk.folder().resolve(".env"), "K=old\n");
            Publishers.chmod(file, "rw-------");
            disk.makeReadOnly();
            assertRefused(Reason.DENIED, () -> rewrite(Publishers.envFile(file)));
            assertThat(Publishers.envFile(file).preflight()).singleElement().satisfies(PlaceTest::blocks);
        }
    }

    @Test
    void aFileThatIsAMountPointIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("a b\\.env"), "K=old\n");
        Publishers.chmod(file, "rw-------");
        try (Mount onItself = Mount.onItself(file)) {
            assertRefused(Reason.CONFIGURATION, () -> rewrite(Publishers.envFile(file)));
            assertThat(file).hasContent("K=old");
            assertThat(Publishers.envFile(file).preflight())
                    .anySatisfy(PlaceTest::blocks)
                    .anySatisfy(finding -> assertThat(finding.found()).contains("mount point"));
        }
    }

    @Test
    void theOwnerIsKeptAndANewFileBelongsToTheDirectorysOwner() throws IOException {
        ROOT.leavesOutUnless(Ownership.privileged());
        Path file = Files.writeString(directory.resolve(".env"), "K=old\n");
        Files.setAttribute(file, "unix:uid", 1234);
        Files.setAttribute(file, "unix:gid", 4321);
        Files.setAttribute(directory, "unix:uid", 1235);
        Publisher publisher = Publishers.envFile(file);
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, Publishers.values("K", "new"));
        publisher.write(Publishers.holding(), before, after);
        assertThat(Ownership.of(file)).isEqualTo(new Ownership(1234, 4321));
        rewrite(Publishers.envFile(directory.resolve("fresh.env")));
        assertThat(Ownership.of(directory.resolve("fresh.env")).user()).isEqualTo(1235);
        Files.setAttribute(file, "unix:uid", 0);
        assertRefused(Reason.DRIFT, () -> publisher.write(Publishers.holding(), after, before));
    }

    @Test
    @Timeout(60)
    void anotherUsersFileIsDeniedInsteadOfTakenOver() throws Exception {
        ROOT.leavesOutUnless(Ownership.privileged());
        UTIL_LINUX.leavesOutUnless(Files.isExecutable(SETPRIV));
        List<String> nobody = List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups");
        Path place = Files.createDirectory(directory.resolve("open"));
        Publishers.chmod(directory, "rwxr-xr-x");
        Publishers.chmod(place, "rwxrwxrwx");
        Path file = Files.writeString(place.resolve(".env"), "K=old\n");
        Publishers.chmod(file, "rw-r--r--");
        assertThat(written(nobody, file)).contains("BLOCKS owned by user 0").endsWith("DENIED\n");
        assertThat(file).hasContent("K=old");
        try (var files = Files.list(place)) {
            assertThat(files).hasSize(1);
        }
        assertThat(written(nobody, place.resolve("fresh.env"))).endsWith("WRITTEN\n");
    }

    @Test
    @Timeout(60)
    void aGroupThatTheWorkerCannotGiveIsNamedBeforehand() throws Exception {
        ROOT.leavesOutUnless(Ownership.privileged());
        UTIL_LINUX.leavesOutUnless(Files.isExecutable(SETPRIV));
        Path place = Files.createDirectory(directory.resolve("open"));
        Publishers.chmod(directory, "rwxr-xr-x");
        Publishers.chmod(place, "rwxrwxrwx");
        Path file = Files.writeString(place.resolve(".env"), "K=old\n");
        new Ownership(65534, 33).giveTo(file);
        Publishers.chmod(file, "rw-r-----");
        List<String> stranger = List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups");
        List<String> member = List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--groups=33");

        assertThat(written(stranger, file)).contains("BLOCKS group 33").endsWith("DENIED\n");
        assertThat(file).hasContent("K=old");
        assertThat(written(member, file)).doesNotContain("BLOCKS").endsWith("WRITTEN\n");
        assertThat(Ownership.of(file)).isEqualTo(new Ownership(65534, 33));
    }

    private static String written(List<String> user, Path file) throws IOException {
        Process process = WriterProcess.start(user, "once", file.toString());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        new Need("readable-classes", "another user cannot read them", "clone into a folder that every user may enter")
                .leavesOutUnless(!output.contains("ClassNotFoundException"));
        return output;
    }

    @Test
    void preflightLooksWhereTheFileIsAndNotWhereTheLinkIs() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path target = Files.writeString(shared.resolve("prod.env"), "K=old\n");
        Publishers.chmod(target, "rw-------");
        Publishers.chmod(shared, "rwxrwxrwx");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        for (Publisher publisher : List.of(Publishers.envFile(link), Publishers.keyDirectory(directory))) {
            assertThat(publisher.preflight())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.object()).isEqualTo("directory " + shared.toRealPath()));
        }
    }

    @Test
    void preflightNamesWhatWouldFailOrLeak() throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), "K=1\nA=canary\nK=canary\nbad line!=canary\n");
        Publishers.chmod(file, "rw-r--r--");
        Files.createLink(directory.resolve("second"), file);
        Files.writeString(directory.resolve(".keyturn-.env-00112233aabbccdd.tmp"), "canary");
        List<Finding> findings = Publishers.envFile(file).preflight();
        assertThat(findings).extracting(Finding::found).allMatch(found -> !found.contains("canary"));
        assertThat(findings)
                .extracting(finding -> finding.severity() + ": " + finding.found())
                .anyMatch(found -> found.startsWith("WARNS: mode 0644"))
                .anyMatch(found -> found.startsWith("WARNS: the file has 2 names"))
                .anyMatch(found -> found.startsWith("WARNS: the leftover"))
                .anyMatch(found -> found.equals("BLOCKS: on the lines 1, 3"))
                .anyMatch(found -> found.startsWith("BLOCKS: line 4"))
                .hasSize(5);
    }

    @Test
    void preflightHasNothingToSayOfAGoodPlace() throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), "K=1\n");
        Publishers.chmod(file, "r--------");
        assertThat(Publishers.envFile(file).preflight()).isEmpty();
        assertThat(Publishers.envFile(directory.resolve("absent.env")).preflight())
                .isEmpty();
        assertThat(Publishers.keyDirectory(directory).preflight()).isEmpty();
        assertThat(Publishers.keyDirectory(directory.resolve("new/keys")).preflight())
                .isEmpty();
    }

    @Test
    void aMissingDirectoryBlocksAnEnvFileAndIsNotCreated() {
        Publisher publisher = Publishers.envFile(directory.resolve("missing/.env"));
        assertThat(publisher.preflight()).singleElement().satisfies(PlaceTest::blocks);
        assertThat(publisher.read()).isEqualTo(Snapshot.EMPTY);
        assertRefused(Reason.CONFIGURATION, () -> rewrite(publisher));
        assertThat(directory.resolve("missing")).doesNotExist();
    }

    @Test
    void aModeThatIsNoneIsNamed() {
        Publisher publisher = Publishers.envFile(directory.resolve(".env"), "mode", "rw-------");
        assertRefused(Reason.CONFIGURATION, publisher::preflight);
        assertRefused(Reason.CONFIGURATION, () -> rewrite(publisher));
    }

    private static void rewrite(Publisher publisher) {
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, Publishers.values("K", "new"));
        assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
    }

    private static void blocks(Finding finding) {
        assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKS);
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AdapterException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
