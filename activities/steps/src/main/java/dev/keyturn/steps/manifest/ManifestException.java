package dev.keyturn.steps.manifest;

import java.nio.file.Path;
import java.util.List;

/** What is wrong with a manifest: every problem found, each with its place. */
public final class ManifestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One problem.
     *
     * @param line from 1; 0 if it concerns the whole file
     * @param column from 1; 0 if it concerns the whole file
     */
    public record Problem(Path file, int line, int column, String found, String expected) {
        @Override
        public String toString() {
            String place = line == 0 ? file + "" : file + ":" + line + ":" + column;
            return place + ": found " + found + ", expected " + expected;
        }
    }

    private final transient List<Problem> problems;

    public ManifestException(List<Problem> problems) {
        super(String.join("\n", problems.stream().map(Problem::toString).toList()));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
