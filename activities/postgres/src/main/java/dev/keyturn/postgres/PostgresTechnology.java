package dev.keyturn.postgres;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;

/** The word {@code postgres} in the manifest: a PostgreSQL server, version 11 or later. */
public final class PostgresTechnology implements Technology.ForAccountServer {
    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                Setting.required(
                        "host", Setting.Type.TEXT, "Name or address of the server itself, not of a pooler before it."),
                Setting.optional("port", Setting.Type.INTEGER, "5432", "TCP port, 1 to 65535."),
                Setting.optional(
                        "socket",
                        Setting.Type.PATH,
                        "",
                        "Folder of the server's Unix socket, as libpq's host: a way back in by peer authentication when every"
                                + " password of the administrator is refused, and used for nothing else."),
                Setting.optional("database", Setting.Type.TEXT, "postgres", "Database in which logins are tried."),
                Setting.choice(
                        "tls",
                        List.of("disable", "prefer", "require", "verify-ca", "verify-full"),
                        "prefer",
                        "How connections are encrypted, in the words of libpq's sslmode."),
                Setting.optional(
                        "root-certificate",
                        Setting.Type.PATH,
                        "",
                        "PEM file of the authority for verify-ca and verify-full; without it, the driver's default"
                                + " file. An error beside any other tls."),
                Setting.optional(
                        "connect-timeout", Setting.Type.DURATION, "5s", "Longest wait for a connection or a login."),
                Setting.optional("statement-timeout", Setting.Type.DURATION, "10s", "Longest run of one statement."),
                Setting.optional(
                        "lock-timeout",
                        Setting.Type.DURATION,
                        "5s",
                        "Longest wait for a lock that another session holds."),
                Setting.optional(
                        "endpoints",
                        Setting.Type.LIST,
                        "",
                        "Further addresses (host:port) under which consumers reach the server: poolers, replicas. A pooler"
                                + " keeps its clients whatever the server ends, so that the report names who must end them."));
    }

    @Override
    public AccountServer open(Settings settings, List<Credential> administrator, String sessionName) {
        return new PostgresServer(PostgresSettings.from(settings), administrator, sessionName);
    }
}
