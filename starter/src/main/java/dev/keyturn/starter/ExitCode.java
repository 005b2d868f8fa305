package dev.keyturn.starter;

import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.environment.EnvironmentException;
import java.util.Locale;

/** What the process says to its caller when it ends. */
public enum ExitCode {
    DONE(0, "done, or nothing was found"),
    FINDINGS(1, "rolled back: everything is as it was; or a check found something"),
    USAGE(2, "the command, the manifest or a file is not as it must be; nothing was changed"),
    REFUSED(3, "refused; nothing was begun"),
    DRIFT(4, "something is none of the known values; nothing was overwritten"),
    UNSETTLED(5, "something does not answer or broke; the next command goes on from there");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /** For {@code --help}. */
    public String meaning() {
        return meaning;
    }

    /** As it stands in the JSON document. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static ExitCode of(Outcome.Kind kind) {
        return switch (kind) {
            case DONE -> DONE;
            case ROLLED_BACK -> FINDINGS;
            case DRIFT -> DRIFT;
            case REFUSED -> REFUSED;
            case UNSETTLED -> UNSETTLED;
        };
    }

    public static ExitCode of(EnvironmentException.Kind kind) {
        return switch (kind) {
            case USAGE -> USAGE;
            case REFUSED -> REFUSED;
            case UNAVAILABLE -> UNSETTLED;
        };
    }
}
