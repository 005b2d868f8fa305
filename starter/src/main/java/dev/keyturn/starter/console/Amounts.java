package dev.keyturn.starter.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times and sizes in words short enough for a table. */
public final class Amounts {
    private Amounts() {}

    /** {@code 340 ms}, {@code 1.2 s}, {@code 2 min 5 s}, {@code 3 h 4 min}, {@code 12 d}. */
    public static String duration(long millis) {
        if (millis < 1_000) {
            return Math.max(0, millis) + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", Math.floor(millis / 100.0) / 10);
        }
        var seconds = millis / 1_000;
        if (seconds < 3_600) {
            return pair(seconds / 60, "min", seconds % 60, "s");
        }
        if (seconds < 2 * 86_400) {
            return pair(seconds / 3_600, "h", seconds % 3_600 / 60, "min");
        }
        return seconds / 86_400 + " d";
    }

    private static String pair(long large, String unit, long small, String smallUnit) {
        return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /** How long ago something was; never negative, whatever the clocks say. */
    public static String age(Instant since, Instant now) {
        return duration(Math.max(0, Duration.between(since, now).toMillis()));
    }

    /** ISO 8601 in local time, to the second: {@code 2026-11-22T02:00:05+01:00}. */
    public static String date(Instant instant, ZoneId zone) {
        return instant.truncatedTo(ChronoUnit.SECONDS)
                .atZone(zone)
                .toOffsetDateTime()
                .format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT));
    }

    /** {@code 812 B}, {@code 4.1 kB}, {@code 2.3 MB}. */
    public static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1_000.0)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1_000_000.0);
    }

    /** {@code 1 secret}, {@code 3 secrets}. */
    public static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
