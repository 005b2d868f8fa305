package dev.keyturn.demo;

import dev.keyturn.demo.Narrator.Shown;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the system, compared with the copy of how they were. */
final class SecretFiles {
    private final Place place;

    SecretFiles(Place place) {
        this.place = place;
    }

    /** That nothing differs: no byte, no mode, no owner. */
    Shown asBefore() throws IOException {
        List<Path> files = files();
        long bytes = different(files, SecretFiles::content);
        long modes = different(files, SecretFiles::mode);
        return new Shown(
                bytes == 0 && modes == 0,
                "files",
                bytes == 0 && modes == 0
                        ? "all " + files.size() + " as before, byte for byte, with the same modes and owners"
                        : bytes + " of " + files.size() + " differ in content, " + modes + " in mode or owner");
    }

    /** That key files and env file were written anew, and nothing else of them changed. */
    Shown rotated() throws IOException {
        List<Path> files = files();
        long bytes = different(files, SecretFiles::content);
        long modes = different(files, SecretFiles::mode);
        return new Shown(
                bytes > 0 && modes == 0,
                "files",
                bytes + " of " + files.size() + " written anew, "
                        + (modes == 0 ? "all with the same modes and owners" : modes + " with another mode or owner"));
    }

    private interface Look {
        Object at(Path file) throws IOException;
    }

    private static Object content(Path file) throws IOException {
        return Files.exists(file) ? ByteBuffer.wrap(Files.readAllBytes(file)) : "";
    }

    private static Object mode(Path file) throws IOException {
        return Files.exists(file) ? Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS) : "";
    }

    private long different(List<Path> files, Look look) throws IOException {
        long different = 0;
        for (Path file : files) {
            Object before = look.at(place.before().resolve(file));
            different += before.equals(look.at(place.system().resolve(file))) ? 0 : 1;
        }
        return different;
    }

    /** Those that were there before, and those in the folder of the keys now: what Keyturn adds there is a difference too. */
    private List<Path> files() throws IOException {
        try (Stream<Path> before = Files.walk(place.before());
                Stream<Path> keys = Files.walk(place.system().resolve("infra"))) {
            return Stream.concat(
                            before.filter(Files::isRegularFile).map(place.before()::relativize),
                            keys.filter(Files::isRegularFile).map(place.system()::relativize))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }
}
