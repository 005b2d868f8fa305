package dev.keyturn.postgres;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.GSSEncMode;

/** Opens connections over TCP, with a password, within the time-outs. */
final class Connector {
    private final PostgresSettings settings;

    Connector(PostgresSettings settings) {
        this.settings = settings;
    }

    Connection open(Endpoint to, Credential credential, String sessionName) throws SQLException {
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
        source.setSslMode(settings.tls());
        settings.rootCertificate().map(Path::toString).ifPresent(source::setSslRootCert);
        source.setGssEncMode(GSSEncMode.DISABLE.value);
        // A pooler that hands out server connections by transaction loses named statements.
        source.setPrepareThreshold(0);
        source.setTcpKeepAlive(true);
        return source.getConnection(
                credential.user().name(), credential.password().reveal());
    }

    /** The driver counts whole seconds, and takes zero for ever. */
    private static int seconds(Duration duration) {
        return Math.toIntExact(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
