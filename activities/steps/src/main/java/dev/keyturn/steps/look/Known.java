package dev.keyturn.steps.look;

import dev.keyturn.steps.backup.BackedUpValue;
import dev.keyturn.steps.backup.BackupFile;
import dev.keyturn.steps.store.Version;
import java.util.Locale;
import java.util.Optional;

/** What is known of a value that an object has and that is on neither side of a run. */
public sealed interface Known {
    /** Nothing, or the object has no such value. */
    Known NOTHING = new Nothing();

    /** For a person, after {@code it accepts} or {@code it holds}; empty for nothing. */
    String words();

    /** No version of the store, and no value of a backup. */
    record Nothing() implements Known {
        @Override
        public String words() {
            return "";
        }
    }

    /** A version of the store, so that whoever repairs may replace it. */
    record InStore(int number, Version.Status status) implements Known {
        @Override
        public String words() {
            return "version " + number + ", which is " + status.name().toLowerCase(Locale.ROOT);
        }
    }

    /** A value that only a backup still has: named, and no more. */
    record InBackup(BackupFile backup) implements Known {
        @Override
        public String words() {
            return "the value in " + Candidate.BackedUp.named(backup);
        }
    }

    static Known of(Version version) {
        return new InStore(version.number(), version.status());
    }

    static Known of(Optional<BackedUpValue> value) {
        return value.<Known>map(found -> new InBackup(found.backup())).orElse(NOTHING);
    }
}
