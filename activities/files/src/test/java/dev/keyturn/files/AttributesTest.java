package dev.keyturn.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.testkit.Need;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to a file besides its bytes, owner and mode; and that these are given to a file, not to what a link names. */
class AttributesTest {
    private static final String ACL = "system.posix_acl_access";

    /** As {@code setfacl -m u:33:r} makes it of mode 0600: the owner rw, user 33 r, the group nothing, the mask r, others nothing. */
    private static final String USER_33_MAY_READ = """
            import os, struct, sys
            entries = [(1, 6, -1), (2, 4, 33), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
            acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *e) for e in entries)
            """;

    @TempDir
    Path directory;

    @Test
    void anAccessControlListSurvivesTheWriteAndTheWayBack() throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), "K=old\n");
        Publishers.chmod(file, "rw-------");
        new Need("access-control-lists", "no python3, or none on this file system", "apt-get install python3")
                .leavesOutUnless(python(USER_33_MAY_READ + "os.setxattr(sys.argv[1],'" + ACL + "',acl)", file));
        Publisher publisher = Publishers.envFile(file);
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, Publishers.values("K", "new"));
        String same = USER_33_MAY_READ + "sys.exit(os.getxattr(sys.argv[1],'" + ACL + "')!=acl)";

        publisher.write(Publishers.holding(), before, after);
        assertThat(file).hasContent("K=new");
        assertThat(python(same, file)).as("the list after the write").isTrue();
        publisher.write(Publishers.holding(), after, before);
        assertThat(file).hasContent("K=old");
        assertThat(python(same, file)).as("the list after the way back").isTrue();
        assertThat(publisher.preflight()).noneMatch(finding -> finding.found().contains("leftover"));
    }

    @Test
    void extendedAttributesSurviveAlsoOfAFileThatNobodyMayWrite() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "a longer old value");
        new Need("extended-attributes", "none on this file system", "set java.io.tmpdir to another")
                .leavesOutUnless(Files.getFileStore(file).supportsFileAttributeView("user"));
        view(file).write("origin", UTF_8.encode("by hand"));
        Publishers.chmod(file, "r--r-----");
        Publisher publisher = Publishers.keyDirectory(directory);
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, Publishers.values("key", "new", "fresh", "x"));

        assertThat(publisher.write(Publishers.holding(), before, after)).isEqualTo(after);
        assertThat(file).hasContent("new");
        assertThat(Publishers.mode(file)).isEqualTo("r--r-----");
        ByteBuffer found = ByteBuffer.allocate(view(file).size("origin"));
        view(file).read("origin", found);
        assertThat(UTF_8.decode(found.flip()).toString()).isEqualTo("by hand");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void neitherOwnerNorModeGoesThroughALink() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "foreign");
        Publishers.chmod(victim, "rw-------");
        Ownership owner = Ownership.of(victim);
        Path link = Files.createSymbolicLink(directory.resolve("link"), victim);
        assertThatThrownBy(() -> new Mode(0666).giveTo(link)).isInstanceOf(IOException.class);
        assertThat(Publishers.mode(victim)).isEqualTo("rw-------");
        PlaceTest.ROOT.leavesOutUnless(Ownership.privileged());
        new Ownership(1234, 4321).giveTo(link);
        assertThat(Ownership.of(victim)).isEqualTo(owner);
        assertThat(Ownership.ofEntry(link)).isEqualTo(new Ownership(1234, 4321));
    }

    @Test
    void whatACrashLeftIsRemovedAndNothingThatALinkInItsPlaceNames() throws IOException {
        Path keys = Files.createDirectory(directory.resolve("keys"));
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path foreign = Files.writeString(elsewhere.resolve("00112233aabbccdd"), "foreign");
        Path crashed = Files.createDirectory(keys.resolve(".keyturn-a-0123456789abcdef.tmp"));
        Files.writeString(crashed.resolve("0123456789abcdef"), "a value");
        Files.createSymbolicLink(keys.resolve(".keyturn-a-00112233aabbccdd.tmp"), elsewhere);
        Publisher publisher = Publishers.keyDirectory(keys);
        publisher.write(
                Publishers.holding(), Snapshot.EMPTY, publisher.render(Snapshot.EMPTY, Publishers.values("a", "1")));
        try (Stream<Path> files = Files.list(keys)) {
            assertThat(files).containsExactly(keys.resolve("a"));
        }
        assertThat(foreign).hasContent("foreign");
    }

    private static UserDefinedFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }

    private static boolean python(String program, Path file) {
        try {
            return new ProcessBuilder("python3", "-c", program, file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
