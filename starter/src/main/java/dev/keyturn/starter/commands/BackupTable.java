package dev.keyturn.starter.commands;

import dev.keyturn.starter.console.Amounts;
import dev.keyturn.starter.console.Cell;
import dev.keyturn.starter.console.Page;
import dev.keyturn.starter.console.Table;
import dev.keyturn.workflows.environment.BackupLine;
import java.time.ZoneId;
import java.util.List;

/** Backups, one row each. */
final class BackupTable {
    private BackupTable() {}

    /** Without what only opening it tells. */
    static Page unopened(Page page, List<BackupLine> backups, ZoneId zone) {
        var table = new Table().head("written", "size", "name");
        for (var backup : backups) {
            table.row(
                    Cell.of(Amounts.date(backup.written(), zone)),
                    Cell.of(Amounts.bytes(backup.bytes())),
                    Cell.of(backup.name()));
        }
        return page.table(table);
    }

    static Page on(Page page, List<BackupLine> backups, ZoneId zone) {
        var table = new Table().head("written", "secrets", "files", "size", "name", "verdict");
        for (var backup : backups) {
            table.row(
                    Cell.of(Amounts.date(backup.written(), zone)),
                    Cell.of(String.valueOf(backup.secrets())),
                    Cell.of(String.valueOf(backup.files())),
                    Cell.of(Amounts.bytes(backup.bytes())),
                    Cell.of(backup.name()),
                    Cell.of(backup.verdict()));
        }
        return page.table(table);
    }
}
