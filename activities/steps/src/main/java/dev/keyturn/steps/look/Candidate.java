package dev.keyturn.steps.look;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.backup.BackupFile;
import java.util.List;

/** A value that a secret may have now, and where it was found. */
public record Candidate(SecretValue value, Source source) {
    /** Where a value was found. */
    public sealed interface Source {
        /** For a person, after {@code taken over from}. */
        String words();
    }

    /** @param places the copies that hold it, as {@link Copies#place} names them; never empty */
    public record Published(List<String> places) implements Source {
        public Published {
            places = List.copyOf(places);
        }

        @Override
        public String words() {
            return "where it is published";
        }
    }

    /** In the operator's file of a provided secret. */
    public record Given(String file) implements Source {
        @Override
        public String words() {
            return file;
        }
    }

    /** In a backup. */
    public record BackedUp(BackupFile backup) implements Source {
        @Override
        public String words() {
            return "the " + named(backup);
        }

        static String named(BackupFile backup) {
            return "backup " + backup.name() + ", written " + backup.written();
        }
    }
}
