package dev.keyturn.steps.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.manifest.BackupPlace;
import dev.keyturn.steps.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The backups of one environment in one folder: files {@code keyturn-<environment>-<UTC time>-<n>.tar.gpg}. A file bears such a name only
 * after it was read back from the disk, decrypted and compared. Nothing is ever on the disk in the clear.
 *
 * <p>Safe for use by several threads and several processes. Every method throws {@link BackupException} and nothing else.
 */
public final class Backups {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Longer than any writer needs, so that only what a dead one left is removed. */
    private static final Duration LEFT_OVER = Duration.ofHours(1);

    private static final Comparator<BackupFile> NEWEST_FIRST = Comparator.comparing(BackupFile::written)
            .thenComparing(BackupFile::number)
            .reversed();

    private final BackupPlace place;
    private final String environment;
    private final Pattern named;
    private final Set<String> proven = ConcurrentHashMap.newKeySet();

    public Backups(BackupPlace place, String environment) {
        if (!environment.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new BackupException("environment " + environment
                    + ": its name cannot be part of a file name, so it cannot be backed up.");
        }
        this.place = place;
        this.environment = environment;
        this.named =
                Pattern.compile("keyturn-" + Pattern.quote(environment) + "-(\\d{8}T\\d{6}Z)-(\\d{1,6})\\.tar\\.gpg");
    }

    /**
     * Writes a backup and proves it. When this returns, it is durable.
     *
     * @throws BackupException if it cannot be written or proven; then there is no new backup, and the older ones are untouched
     */
    public Verified create(BackupContents contents) {
        requireDirectory();
        Snapshot meant = Layout.of(contents);
        Instant second = contents.at().truncatedTo(ChronoUnit.SECONDS);
        char[] passphrase = Passphrase.read(place.passphraseFile());
        byte[] message =
                OpenPgp.encrypt(Archive.write(meant, second), "backup.tar", second, passphrase, OpenPgp.MOST_WORK);
        Arrays.fill(passphrase, '\0');

        for (int number = 1; ; number++) {
            String name = "keyturn-" + environment + "-" + STAMP.format(second) + "-" + number + ".tar.gpg";
            Path file = place.directory().resolve(name);
            if (Files.exists(file)) {
                continue;
            }
            Path part = partOf(file);
            try {
                PrivateFiles.create(part, message);
            } catch (FileAlreadyExistsException e) {
                continue;
            } catch (IOException e) {
                throw unwritable(file, e);
            }
            try {
                // Whoever had this part before may have given it its name since the look above.
                if (Files.exists(file)) {
                    continue;
                }
                prove(part, meant);
                PrivateFiles.rename(part, file);
            } catch (IOException e) {
                throw unwritable(file, e);
            } finally {
                removePart(part);
            }
            proven.add(name);
            return counted(new BackupFile(name, second, number, message.length), meant);
        }
    }

    /** What would make {@link #create} fail, as far as that can be seen without writing. */
    public List<Finding> preflight() {
        try {
            requireDirectory();
            Arrays.fill(Passphrase.read(place.passphraseFile()), '\0');
            return Files.isWritable(place.directory())
                    ? List.of()
                    : List.of(Finding.blocks(
                            "backups in " + place.directory(),
                            "a folder that may not be written to",
                            "the right to write",
                            "give the right to write to " + place.directory() + ", then: keyturn check"));
        } catch (BackupException e) {
            return List.of(Finding.blocks(
                    "backup",
                    e.getMessage(),
                    "a folder and a passphrase for backups",
                    "mend that, then: keyturn check"));
        }
    }

    private static Path partOf(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".part");
    }

    private static void removePart(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // It is encrypted, and pruning removes it later.
        }
    }

    /** Reads it from the disk and opens it as somebody would who has the passphrase file alone. */
    void prove(Path part, Snapshot meant) throws IOException {
        if (!open(part).equals(meant)) {
            throw new BackupException(
                    part
                            + ": what was read back differs from what was written; there is no new backup. Next: look at the disk.");
        }
    }

    private Snapshot open(Path file) throws IOException {
        char[] passphrase = Passphrase.read(place.passphraseFile());
        byte[] archive = OpenPgp.decrypt(file, PrivateFiles.read(file), passphrase);
        Arrays.fill(passphrase, '\0');
        return Archive.read(archive);
    }

    /** Whether the folder for backups is there; without it there are none. */
    boolean exists() {
        return Files.isDirectory(place.directory());
    }

    /** The backups of this environment, the newest first. Opens none of them. */
    public List<BackupFile> list() {
        requireDirectory();
        try (Stream<Path> files = Files.list(place.directory())) {
            List<BackupFile> found = new ArrayList<>();
            for (Path file : files.toList()) {
                parse(file.getFileName().toString(), file).ifPresent(found::add);
            }
            found.sort(NEWEST_FIRST);
            return List.copyOf(found);
        } catch (IOException e) {
            throw unreadable(place.directory(), e);
        }
    }

    private Optional<BackupFile> parse(String name, Path file) throws IOException {
        Matcher matcher = named.matcher(name);
        if (!matcher.matches() || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Instant written = STAMP.parse(matcher.group(1), Instant::from);
            return Optional.of(new BackupFile(name, written, Integer.parseInt(matcher.group(2)), Files.size(file)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Opens a backup, decrypts all of it and compares every file with its checksum.
     *
     * @param name as {@link #list} gives it
     * @throws BackupException saying whether the file is missing, the passphrase is another, or the file was changed or cut short
     */
    public Verified verify(String name) {
        requireDirectory();
        Path file = place.directory().resolve(name);
        try {
            BackupFile backup = (named.matcher(name).matches() ? parse(name, file) : Optional.<BackupFile>empty())
                    .orElseThrow(() -> new BackupException(place.directory() + ": found no backup " + name
                            + " of environment " + environment + ". Next: keyturn backup list"));
            return counted(backup, intact(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private Snapshot intact(Path file) throws IOException {
        Snapshot files = open(file);
        Snapshot.Part sums = files.parts().get(Layout.SUMS);
        if (sums == null || !new String(sums.content(), UTF_8).equals(Layout.sums(files))) {
            throw new BackupException(file + ": found files that differ from " + Layout.SUMS
                    + ". Next: verify another one (keyturn backup list).");
        }
        return files;
    }

    /**
     * Opens a backup like {@link #verify} and gives its values: of each secret the current version first, then pending, previous, retired
     * and abandoned ones, of these the newest first.
     */
    List<BackedUpValue> values(BackupFile backup) {
        Path file = place.directory().resolve(backup.name());
        try {
            return Layout.values(backup, intact(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Verified counted(BackupFile backup, Snapshot files) {
        long secrets = files.parts().keySet().stream()
                .filter(path -> path.startsWith(Layout.SECRETS))
                .map(path -> path.substring(0, path.lastIndexOf('/')))
                .distinct()
                .count();
        long published = files.parts().keySet().stream()
                .filter(path -> path.startsWith(Layout.PUBLICATIONS))
                .count();
        return new Verified(backup, Math.toIntExact(secrets), Math.toIntExact(published));
    }

    /**
     * Removes the oldest backups of this environment until {@code keep} are left, and what writers that died left. The newest one that
     * can be opened is never removed; if none of those to be kept can be, it is kept besides.
     *
     * @param keep at least 1
     * @return the names that were removed
     */
    public List<String> prune(int keep) {
        if (keep < 1) {
            throw new BackupException("keep: found " + keep + ", expected at least 1; nothing was removed.");
        }
        List<BackupFile> all = list();
        List<BackupFile> kept = all.subList(0, Math.min(keep, all.size()));
        List<BackupFile> surplus = new ArrayList<>(all.subList(kept.size(), all.size()));
        if (!surplus.isEmpty() && kept.stream().noneMatch(this::opens)) {
            surplus.stream().filter(this::opens).findFirst().ifPresent(surplus::remove);
        }
        List<String> removed = new ArrayList<>();
        for (BackupFile backup : surplus) {
            remove(place.directory().resolve(backup.name()));
            removed.add(backup.name());
        }
        removeLeftOvers();
        return removed;
    }

    /** A backup that this object wrote was opened then; any other is opened now. */
    private boolean opens(BackupFile backup) {
        if (proven.contains(backup.name())) {
            return true;
        }
        try {
            verify(backup.name());
            return true;
        } catch (BackupException e) {
            return false;
        }
    }

    private void removeLeftOvers() {
        try (Stream<Path> files = Files.list(place.directory())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean ours = name.startsWith(".")
                        && name.endsWith(".part")
                        && named.matcher(name.substring(1, name.length() - 5)).matches();
                if (ours
                        && Files.getLastModifiedTime(file)
                                .toInstant()
                                .isBefore(Instant.now().minus(LEFT_OVER))) {
                    remove(file);
                }
            }
        } catch (IOException e) {
            throw unreadable(place.directory(), e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new BackupException(file + ": this old backup cannot be removed (" + PrivateFiles.reason(e)
                    + "). Next: look at the folder's rights.");
        }
    }

    private void requireDirectory() {
        if (!Files.isDirectory(place.directory())) {
            throw new BackupException(
                    place.directory() + ": found no such folder, expected the one for backups; nothing was"
                            + " changed. Next: mkdir -m 700 " + place.directory());
        }
    }

    private static BackupException unwritable(Path file, IOException e) {
        return new BackupException(
                file + ": the backup cannot be written (" + PrivateFiles.reason(e)
                        + "); there is no new backup and nothing else was changed. Next: make room or give the right to write.");
    }

    private static BackupException unreadable(Path path, IOException e) {
        return new BackupException(path + ": it cannot be read (" + PrivateFiles.reason(e)
                + "). Next: look at its owner and at the disk.");
    }
}
