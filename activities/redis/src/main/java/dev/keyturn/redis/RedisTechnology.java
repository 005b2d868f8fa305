package dev.keyturn.redis;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;

/** The account server {@code redis}: one Redis server, version 6 or later. */
public final class RedisTechnology implements Technology.ForAccountServer {
    @Override
    public String name() {
        return "redis";
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                Setting.required("host", Setting.Type.TEXT, "The server's host name or address."),
                Setting.optional("port", Setting.Type.INTEGER, "6379", "The server's port, 1 to 65535."),
                Setting.optional(
                        "endpoints",
                        Setting.Type.LIST,
                        "",
                        "More addresses, as host:port, under which consumers reach this same server; each login is"
                                + " proven through all of them."),
                Setting.optional(
                        "tls",
                        Setting.Type.BOOLEAN,
                        "false",
                        "Whether to speak TLS; the certificate must be valid for the host name."),
                Setting.optional(
                        "ca-file",
                        Setting.Type.PATH,
                        "",
                        "The certificates, in PEM, that the server's certificate must descend from; without it the Java"
                                + " platform's. An error without tls: true."),
                Setting.optional(
                        "connect-timeout", Setting.Type.DURATION, "2s", "The longest wait for a connection, from 1ms."),
                Setting.optional(
                        "command-timeout",
                        Setting.Type.DURATION,
                        "5s",
                        "The longest wait for the answer to one command, from 1ms."),
                Setting.choice(
                        "persist",
                        Persistence.choices(),
                        Persistence.AUTO,
                        "How passwords outlive a restart of the server: acl-save where it has an aclfile, config-rewrite"
                                + " where it has a configuration file, none where the next start takes them from"
                                + " elsewhere; auto looks."));
    }

    @Override
    public AccountServer open(Settings settings, List<Credential> administrator, String sessionName) {
        return new RedisServer(settings, administrator, sessionName);
    }
}
