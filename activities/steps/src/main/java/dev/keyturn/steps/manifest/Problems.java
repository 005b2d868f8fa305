package dev.keyturn.steps.manifest;

import dev.keyturn.steps.manifest.ManifestException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with one manifest. */
final class Problems {
    private final Path file;
    private final List<Problem> list = new ArrayList<>();

    Problems(Path file) {
        this.file = file;
    }

    void add(Position at, String found, String expected) {
        list.add(new Problem(file, at.line(), at.column(), found, expected));
    }

    /**
     * A name that is not among the known ones, with the nearest of them or all if they are few.
     *
     * @return the nearest, which is probably what was meant
     */
    Optional<String> unknown(Position at, String name, String expected, Collection<String> known) {
        Optional<String> nearest = Nearest.to(name, known);
        String hint = "";
        if (nearest.isPresent()) {
            hint = "; did you mean `" + nearest.get() + "`?";
        } else if (known.isEmpty()) {
            hint = "; there is none";
        } else if (known.size() <= 12) {
            hint = ": one of " + String.join(", ", known);
        }
        add(at, Quoted.of(name), expected + hint);
        return nearest;
    }

    int count() {
        return list.size();
    }

    /**
     * Ends the reading here if it cannot go on.
     *
     * @throws ManifestException with all that was found so far, in the order of the file, if {@code stop} and there is any
     */
    void raiseIf(boolean stop) {
        if (stop && !list.isEmpty()) {
            list.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new ManifestException(list);
        }
    }
}
