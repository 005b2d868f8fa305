package dev.keyturn.steps.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells values that somebody meant to replace from real ones. Random values pass, even with {@code test} inside. */
public final class Placeholders {
    /** What templates and examples write where a value belongs; the longer ones first. */
    private static final List<String> WORDS = List.of(
            "changeme",
            "change-me",
            "change_me",
            "changethis",
            "change-this",
            "change_this",
            "placeholder",
            "password",
            "default",
            "secret",
            "dummy",
            "admin",
            "test",
            "your");

    private static final Pattern WORD = Pattern.compile(String.join("|", WORDS));
    private static final Pattern WHOLE_WORD =
            Pattern.compile("(?<![a-z0-9])(?:" + String.join("|", WORDS) + ")(?![a-z0-9])");

    /** Fewer letters and digits than this beside a word leave a guess: {@code MyPassword2026}. A random value has more. */
    private static final int OWN_CHARACTERS = 12;

    private static final int DIFFERENT_CHARACTERS = 5;

    private Placeholders() {}

    /** What makes this value a placeholder, said without quoting more of it than a word of the list. */
    public static Optional<String> in(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        Matcher whole = WHOLE_WORD.matcher(lower);
        if (whole.find()) {
            return Optional.of("the placeholder word " + whole.group());
        }
        Matcher word = WORD.matcher(lower);
        if (word.find()) {
            String own = word.replaceAll("").replaceAll("[^a-z0-9]", "");
            if (own.length() < OWN_CHARACTERS) {
                word.reset();
                return word.find() ? Optional.of("the placeholder word " + word.group()) : Optional.empty();
            }
        }
        if (value.length() >= 8 && value.chars().distinct().count() < DIFFERENT_CHARACTERS) {
            return Optional.of("a few characters repeated");
        }
        return Optional.empty();
    }
}
