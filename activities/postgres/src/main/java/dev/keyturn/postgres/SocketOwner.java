package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether the server behind a Unix socket can be the one at an address. Of one that lets nobody in over TCP nothing is known but its
 * address, so its answer over the socket is compared with that: on one machine no two servers listen on one address and port.
 */
final class SocketOwner {
    private static final Set<String> EVERYWHERE = Set.of("*", "0.0.0.0", "::");

    private SocketOwner() {}

    /**
     * Closes the session if it is not of the server.
     *
     * @throws AdapterException CONFIGURATION if the server behind the socket does not listen at this address
     */
    static void check(Session session, Path file, Endpoint server) {
        try {
            String addresses = session.text("asking where it listens", "SHOW listen_addresses");
            String port = session.text("asking where it listens", "SHOW port");
            if (!port.equals(Integer.toString(server.port())) || !listensOn(addresses, server.host())) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        "server " + server + ": found that the server behind the socket " + file + " listens on port "
                                + port + " of " + (addresses.isEmpty() ? "no address" : addresses)
                                + ", expected this server and not another one; nothing was changed; correct socket or host");
            }
        } catch (AdapterException e) {
            session.close();
            throw e;
        }
    }

    /** @param addresses as {@code listen_addresses} has them: names and addresses, separated by commas */
    static boolean listensOn(String addresses, String host) {
        Set<InetAddress> wanted = resolved(host);
        return Arrays.stream(addresses.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .anyMatch(address -> EVERYWHERE.contains(address)
                        || resolved(address).stream().anyMatch(wanted::contains));
    }

    /** Whether the address is one of this machine, so that what listens everywhere here listens there too. */
    static boolean isHere(Endpoint server) {
        return resolved(server.host()).stream().anyMatch(SocketOwner::isHere);
    }

    private static boolean isHere(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException unknown) {
            return false;
        }
    }

    private static Set<InetAddress> resolved(String host) {
        try {
            return new HashSet<>(Arrays.asList(InetAddress.getAllByName(host)));
        } catch (IOException unknown) {
            return Set.of();
        }
    }
}
