package dev.keyturn.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where something is mounted, as the process sees it. Only Linux tells; elsewhere there is nothing to say. */
record MountPoints(Set<String> paths) {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");

    /** Which field of a line it is, from 0: after two numbers, the device, and what of it is mounted. */
    private static final int MOUNT_POINT = 4;

    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    static MountPoints now() {
        try {
            return of(Latin.fromBytes(Files.readAllBytes(TABLE)));
        } catch (IOException e) {
            return new MountPoints(Set.of());
        }
    }

    /** @param table bytes as characters, so that the octal escapes of one character's bytes come together again */
    static MountPoints of(String table) {
        Set<String> paths = new HashSet<>();
        for (String line : table.split("\n")) {
            String[] fields = line.split(" ");
            if (fields.length > MOUNT_POINT) {
                String path = ESCAPED.matcher(fields[MOUNT_POINT])
                        .replaceAll(code -> Matcher.quoteReplacement(
                                Character.toString((char) Integer.parseInt(code.group(1), 8))));
                paths.add(new String(Latin.toBytes(path), UTF_8));
            }
        }
        return new MountPoints(paths);
    }

    boolean contains(Path path) {
        return paths.contains(path.toString());
    }
}
