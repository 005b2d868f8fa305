package dev.keyturn.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * What the driver makes its connection with, if its property {@code socketFactory} names this class; {@code socketFactoryArg} is the path
 * of the socket's file. Public because the driver makes it by its name.
 */
public final class UnixSocketFactory extends SocketFactory {
    private final Path file;

    /** A factory of connections to this file. */
    public UnixSocketFactory(String file) {
        this.file = Path.of(file);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(file);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new IllegalStateException("only connections to " + file);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new IllegalStateException("only connections to " + file);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new IllegalStateException("only connections to " + file);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new IllegalStateException("only connections to " + file);
    }
}
