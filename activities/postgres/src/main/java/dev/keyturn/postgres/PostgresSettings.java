package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one server.
 *
 * @param endpoints the server itself first, then what else consumers use
 * @param socket the file of the server's Unix socket: as libpq, folder and port give its name (pqcomm.h, UNIXSOCK_PATH)
 * @param tls one of the words of libpq's sslmode
 */
record PostgresSettings(
        List<Endpoint> endpoints,
        Optional<Path> socket,
        String database,
        String tls,
        Optional<Path> rootCertificate,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration lockTimeout) {

    static PostgresSettings from(Settings settings) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(new Endpoint(settings.text("host"), settings.integer("port")));
        if (settings.has("endpoints")) {
            settings.list("endpoints").stream().map(PostgresSettings::endpoint).forEach(endpoints::add);
        }
        refuseIdleCertificate(settings);
        return new PostgresSettings(
                List.copyOf(endpoints),
                settings.optionalPath("socket").map(folder -> folder.resolve(".s.PGSQL." + settings.integer("port"))),
                settings.text("database"),
                settings.text("tls"),
                settings.optionalPath("root-certificate"),
                settings.duration("connect-timeout"),
                settings.duration("statement-timeout"),
                settings.duration("lock-timeout"));
    }

    /** The server itself. */
    Endpoint server() {
        return endpoints.get(0);
    }

    /** The driver compares with it in these two alone; libpq does so for require too, and whoever is used to that would rely on it. */
    private static void refuseIdleCertificate(Settings settings) {
        String tls = settings.text("tls");
        if (settings.has("root-certificate") && !tls.startsWith("verify-")) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    "root-certificate: found it beside tls: " + tls
                            + ", with which no certificate is looked at, expected"
                            + " tls: verify-full (or verify-ca, where the host's name is not in the certificate), or no"
                            + " root-certificate; nothing was changed; correct the manifest");
        }
    }

    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port < 65536) {
                return new Endpoint(text.substring(0, colon), port);
            }
        } catch (NumberFormatException noNumber) {
            // Reported below like any other text.
        }
        throw new AdapterException(
                Reason.CONFIGURATION,
                "endpoints: found \"" + text
                        + "\", expected host:port with a port from 1 to 65535; nothing was changed;"
                        + " correct the manifest");
    }
}
