package dev.keyturn.steps.backup;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.store.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The values in the backups of one environment. A backup is opened when everything newer was asked in vain, and once: its passphrase costs
 * half a second of work. One that cannot be opened is passed over and named. Not safe for use by several threads.
 */
public final class BackedUpValues {
    private final Optional<Backups> backups;
    private final List<Opened> opened = new ArrayList<>();
    private final List<String> unopened = new ArrayList<>();
    private List<BackupFile> files;

    private record Opened(BackupFile file, List<BackedUpValue> values) {}

    /** @param backups empty if the manifest names no place for them: then there is no value */
    public BackedUpValues(Optional<Backups> backups) {
        this.backups = backups;
    }

    /**
     * The first value of the secret that passes: of the newest backup first, and of one backup the current version, then pending, previous,
     * retired and abandoned ones. A value that several backups hold is asked about once. Never throws because of a backup.
     */
    public Optional<BackedUpValue> first(String secret, Predicate<BackedUpValue> wanted) {
        Set<SecretValue> asked = new HashSet<>();
        for (int at = 0; isOpen(at); at++) {
            for (BackedUpValue each : opened.get(at).values()) {
                if (each.secret().equals(secret) && asked.add(each.value()) && wanted.test(each)) {
                    return Optional.of(each);
                }
            }
        }
        return Optional.empty();
    }

    /** What was current in this backup, if it is among those opened so far. */
    public Optional<SecretValue> currentIn(BackupFile backup, String secret) {
        return opened.stream()
                .filter(each -> each.file().equals(backup))
                .flatMap(each -> each.values().stream())
                .filter(each -> each.secret().equals(secret) && each.status() == Version.Status.CURRENT)
                .map(BackedUpValue::value)
                .findFirst();
    }

    /** Why a backup could not be opened, or the place for them not looked through, so far; each names the file. */
    public List<String> unopened() {
        return List.copyOf(unopened);
    }

    /** How many were opened so far. */
    public int opened() {
        return opened.size();
    }

    private boolean isOpen(int at) {
        while (opened.size() <= at && !files().isEmpty()) {
            BackupFile next = files.remove(0);
            try {
                opened.add(new Opened(next, backups.orElseThrow().values(next)));
            } catch (BackupException e) {
                unopened.add(e.getMessage());
            }
        }
        return opened.size() > at;
    }

    private List<BackupFile> files() {
        if (files == null) {
            files = new ArrayList<>();
            try {
                backups.filter(Backups::exists).ifPresent(place -> files.addAll(place.list()));
            } catch (BackupException e) {
                unopened.add(e.getMessage());
            }
        }
        return files;
    }
}
