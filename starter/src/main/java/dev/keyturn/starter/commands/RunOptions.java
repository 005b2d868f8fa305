package dev.keyturn.starter.commands;

import picocli.CommandLine.Option;

/** What every run can be told. */
final class RunOptions {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask. Without a terminal a run needs this.")
    private boolean yes;

    @Option(
            names = "--no-backup",
            description = "Write no backup first. What is overwritten is kept in the store even so.")
    private boolean noBackup;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for the audit.")
    private String reason = "";

    boolean yes() {
        return yes;
    }

    boolean backup() {
        return !noBackup;
    }

    String reason() {
        return reason;
    }
}
