package dev.keyturn.postgres;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Principal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.GSSEncMode;

/** Opens connections within the time-outs. */
final class Connector {
    private final PostgresSettings settings;

    Connector(PostgresSettings settings) {
        this.settings = settings;
    }

    /** Over TCP, with a password. */
    Connection open(Endpoint to, Credential credential, String sessionName) throws SQLException {
        PGSimpleDataSource source = source(to, sessionName);
        source.setSslMode(settings.tls());
        settings.rootCertificate().map(Path::toString).ifPresent(source::setSslRootCert);
        source.setTcpKeepAlive(true);
        return source.getConnection(
                credential.user().name(), credential.password().reveal());
    }

    /** Over the server's Unix socket, without a password: the server asks the kernel who is at the other end. */
    Connection openLocally(Path socket, Principal who, String sessionName) throws SQLException {
        PGSimpleDataSource source = source(settings.server(), sessionName);
        source.setSocketFactory(UnixSocketFactory.class.getName());
        source.setSocketFactoryArg(socket.toString());
        // As libpq, which ignores sslmode there.
        source.setSslMode("disable");
        return source.getConnection(who.name(), null);
    }

    private PGSimpleDataSource source(Endpoint to, String sessionName) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {to.host()});
        source.setPortNumbers(new int[] {to.port()});
        source.setDatabaseName(settings.database());
        source.setApplicationName(sessionName);
        // The name then travels with the login: a session is never without it.
        source.setAssumeMinServerVersion("10");
        source.setConnectTimeout(seconds(settings.connectTimeout()));
        // Bounds each read of the login too, so a server that is stopped does not hold us.
        source.setSocketTimeout(seconds(settings.connectTimeout()));
        source.setSslResponseTimeout(Math.toIntExact(settings.connectTimeout().toMillis()));
        source.setGssEncMode(GSSEncMode.DISABLE.value);
        // A pooler that hands out server connections by transaction loses named statements.
        source.setPrepareThreshold(0);
        return source;
    }

    /** The driver counts whole seconds, and takes zero for ever. */
    private static int seconds(Duration duration) {
        return Math.toIntExact(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
