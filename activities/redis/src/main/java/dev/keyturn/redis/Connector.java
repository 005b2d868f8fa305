package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** How to connect to the server, under each of its addresses. */
record Connector(boolean tls, Optional<Path> caFile, Duration connectTimeout, Duration commandTimeout) {
    /** Text that nobody encrypts is not made safe by a certificate: who gives one believes that it is. */
    private void refuseIdleCertificate(Endpoint at) {
        if (caFile.isPresent() && !tls) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    "redis " + at
                            + ": found ca-file without tls: true, so that passwords would be sent in plain text, expected"
                            + " tls: true, or no ca-file; nothing was sent and nothing was changed; correct the manifest");
        }
    }

    /**
     * Connects and sends nothing: the driver's own greeting (HELLO, CLIENT SETINFO) would be refused before AUTH.
     *
     * @throws AdapterException UNAVAILABLE; CONFIGURATION if the CA file cannot be used, or would not be
     */
    Session connect(Endpoint at) {
        refuseIdleCertificate(at);
        var config = DefaultJedisClientConfig.builder()
                .serverDefaultProtocol()
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .socketTimeoutMillis(Math.toIntExact(commandTimeout.toMillis()))
                .build();
        Socket socket = socket(at);
        try {
            return new Session(
                    Connection.builder()
                            .socketFactory(() -> socket)
                            .clientConfig(config)
                            .build(),
                    at);
        } catch (JedisException e) {
            closeQuietly(socket);
            throw new AdapterException(Reason.UNAVAILABLE, trouble(at, e));
        }
    }

    /** The driver's own TLS settings are deprecated or want a key store. */
    private Socket socket(Endpoint at) {
        Optional<SSLSocketFactory> encryption = tls ? Optional.of(encryption()) : Optional.empty();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(at.host(), at.port()), Math.toIntExact(connectTimeout.toMillis()));
            socket.setSoTimeout(Math.toIntExact(commandTimeout.toMillis()));
            if (encryption.isPresent()) {
                SSLSocket encrypted = (SSLSocket) encryption.get().createSocket(socket, at.host(), at.port(), true);
                SSLParameters parameters = encrypted.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                encrypted.setSSLParameters(parameters);
                shakeHands(encrypted, at);
                return encrypted;
            }
            return socket;
        } catch (IOException e) {
            closeQuietly(socket);
            throw new AdapterException(Reason.UNAVAILABLE, trouble(at, e));
        }
    }

    private static void shakeHands(SSLSocket encrypted, Endpoint at) throws IOException {
        try {
            encrypted.startHandshake();
        } catch (IOException e) {
            // A port without TLS just says nothing.
            encrypted.close();
            throw new AdapterException(
                    Reason.UNAVAILABLE,
                    "redis " + at
                            + ": no TLS session, because its certificate is not trusted or not for this host name,"
                            + " or the port does not speak TLS");
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone: that is what was wanted.
        }
    }

    /** What went wrong with a connection, in words of our own: a driver's text is not known to be free of values. */
    static String trouble(Endpoint at, Throwable thrown) {
        if (thrown instanceof JedisDataException) {
            return "redis " + at + " turned the connection away";
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return "redis " + at + " did not answer in time";
            } else if (cause instanceof UnknownHostException) {
                return "redis " + at + ": the host name is not known";
            } else if (cause instanceof ConnectException) {
                return "redis " + at + " does not take connections";
            }
        }
        return "redis " + at + " ended the connection";
    }

    private SSLSocketFactory encryption() {
        return caFile.map(Connector::trusting).orElseGet(() -> (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    private static SSLSocketFactory trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca" + number++, certificate);
            }
            if (number == 0) {
                throw unusable(file, "it holds no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException e) {
            throw unusable(file, "it cannot be read");
        } catch (GeneralSecurityException e) {
            throw unusable(file, "it holds something else");
        }
    }

    private static AdapterException unusable(Path file, String why) {
        return new AdapterException(
                Reason.CONFIGURATION,
                "CA file " + file + ": " + why + "; expected: certificates in PEM; nothing was changed");
    }
}
