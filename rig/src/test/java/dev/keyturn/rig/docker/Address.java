package dev.keyturn.rig.docker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** An address of this host that treats its requests as it is told to, and remembers each with its time. */
final class Address implements AutoCloseable {
    /** What becomes of a request. */
    enum Way {
        GOOD,
        /** An answer with the status 503. */
        ERROR,
        /** Accepted, and never answered. */
        SILENT,
        /** Read, and then the connection is reset. */
        RESET,
        /** Nobody listens. */
        REFUSED
    }

    /** A request, when its connection was accepted. */
    record Seen(Instant at, Way way) {}

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Queue<Socket> silent = new ConcurrentLinkedQueue<>();
    private final int port;
    private volatile Way way;
    private volatile ServerSocket listener;

    Address(Way way) throws IOException {
        this.way = way;
        port = listen(0);
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    /** Each request that was accepted, the first one first. */
    List<Seen> seen() {
        return List.copyOf(seen);
    }

    List<Seen> seen(Way how) {
        return seen.stream().filter(one -> one.way() == how).toList();
    }

    /** From now on. */
    void turn(Way next) throws IOException {
        boolean listened = way != Way.REFUSED;
        way = next;
        if (next == Way.REFUSED) {
            listener.close();
        } else if (!listened) {
            listen(port);
        }
    }

    @Override
    public void close() throws IOException {
        turn(Way.REFUSED);
        for (Socket socket : silent) {
            socket.close();
        }
    }

    private int listen(int where) throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), where));
        listener = opened;
        Thread accepting = new Thread(() -> serve(opened), "an address of a test");
        accepting.setDaemon(true);
        accepting.start();
        return opened.getLocalPort();
    }

    private void serve(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                answer(from.accept());
            } catch (IOException e) {
                // closed by turn(), or a client that is gone
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        Seen request = new Seen(Instant.now(), way);
        seen.add(request);
        if (request.way() == Way.SILENT) {
            silent.add(socket);
            return;
        }
        try (socket) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!lines.readLine().isEmpty()) {
                // the request, to its end: a connection closed with something unread is reset
            }
            // One may still be accepted when the others are refused already: it is no answer either.
            if (request.way() == Way.RESET || request.way() == Way.REFUSED) {
                socket.setSoLinger(true, 0);
                return;
            }
            String status = request.way() == Way.GOOD ? "200 OK" : "503 Service Unavailable";
            socket.getOutputStream()
                    .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }
    }
}
