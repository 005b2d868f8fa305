package dev.keyturn.steps.backup;

import dev.keyturn.spi.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar archive in memory. Its files are a {@link Snapshot} by path, with the attributes {@code mode} (four octal digits), {@code owner} and
 * {@code group}; its folders are for their owner alone.
 */
final class Archive {
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private static final Map<String, String> FOLDER = Map.of("mode", "0700");

    private Archive() {}

    static byte[] write(Snapshot files, Instant at) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, UTF_8)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (String folder : folders(files)) {
                put(tar, folder, FOLDER, at, new byte[0]);
            }
            for (Map.Entry<String, Snapshot.Part> file : files.parts().entrySet()) {
                put(
                        tar,
                        file.getKey(),
                        file.getValue().attributes(),
                        at,
                        file.getValue().content());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void put(
            TarArchiveOutputStream tar, String path, Map<String, String> attributes, Instant at, byte[] content)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setMode(Integer.parseInt(attributes.get("mode"), 8));
        entry.setUserName(attributes.getOrDefault("owner", ""));
        entry.setGroupName(attributes.getOrDefault("group", ""));
        entry.setLastModifiedTime(FileTime.from(at));
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static SortedSet<String> folders(Snapshot files) {
        SortedSet<String> folders = new TreeSet<>();
        for (String path : files.parts().keySet()) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash + 1));
            }
        }
        return folders;
    }

    /** @throws IOException if it is not a tar archive, or cut short */
    static Snapshot read(byte[] archive) throws IOException {
        SortedMap<String, Snapshot.Part> files = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive), UTF_8)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                files.put(entry.getName(), new Snapshot.Part(tar.readAllBytes(), attributes(entry)));
            }
        }
        return new Snapshot(files);
    }

    private static Map<String, String> attributes(TarArchiveEntry entry) {
        return attributes(entry.getMode(), entry.getUserName(), entry.getGroupName());
    }

    static Map<String, String> attributes(int mode, String owner, String group) {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("mode", String.format(Locale.ROOT, "%04o", mode & 07777));
        if (!owner.isEmpty()) {
            attributes.put("owner", owner);
        }
        if (!group.isEmpty()) {
            attributes.put("group", group);
        }
        return attributes;
    }
}
