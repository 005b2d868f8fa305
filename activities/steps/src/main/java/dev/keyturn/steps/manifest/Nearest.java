package dev.keyturn.steps.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was probably meant. */
final class Nearest {
    /** Longer names are no slips of a pen, and the distance costs their product. */
    private static final int MOST_CHARACTERS = 100;

    private Nearest() {}

    /** The known name with the least edit distance, if it differs in at most a third of its characters. */
    static Optional<String> to(String name, Collection<String> known) {
        return known.stream()
                .filter(k -> distance(name, k) <= Math.max(1, Math.min(name.length(), k.length()) / 3))
                .min(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k));
    }

    private static int distance(String a, String b) {
        if (a.length() > MOST_CHARACTERS || b.length() > MOST_CHARACTERS) {
            return Integer.MAX_VALUE;
        }
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
