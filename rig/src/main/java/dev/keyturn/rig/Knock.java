package dev.keyturn.rig;

import com.mongodb.ConnectionString;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a server accepts connections: nothing if it does, or what was found instead. */
final class Knock {
    /** What is gone with its bridge or its machine does not refuse but is silent. */
    private static final int MILLISECONDS = 5_000;

    private Knock() {}

    /** @param address {@code unix:///path} or {@code scheme://host:port} */
    static Optional<String> at(String address) {
        URI uri = URI.create(address);
        if ("unix".equals(uri.getScheme())) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(uri.getPath()))) {
                return channel.isConnected() ? Optional.empty() : Optional.of("nothing answers at " + address);
            } catch (IOException e) {
                return nobody(address, e);
            }
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), MILLISECONDS);
            return Optional.empty();
        } catch (IOException e) {
            return nobody(address, e);
        }
    }

    /** @param uri a connection string, whose password is not repeated */
    static Optional<String> atMongo(String uri) {
        return at("tcp://" + new ConnectionString(uri).getHosts().get(0));
    }

    /** @param kubeconfig path of a file */
    static Optional<String> atCluster(String kubeconfig) {
        try {
            URI server = URI.create(
                    Config.fromKubeconfig(Files.readString(Path.of(kubeconfig))).getMasterUrl());
            return at("tcp://" + server.getHost() + ":" + (server.getPort() < 0 ? 443 : server.getPort()));
        } catch (IOException e) {
            return Optional.of("there is no file " + kubeconfig);
        }
    }

    private static Optional<String> nobody(String address, IOException e) {
        return Optional.of("nothing answers at " + address + ": " + e.getMessage());
    }
}
