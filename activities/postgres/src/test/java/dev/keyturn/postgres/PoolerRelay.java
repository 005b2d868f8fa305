package dev.keyturn.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.keyturn.spi.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes everything on with what PgBouncer does otherwise than the server: it tells each client a process ID of its own, as it lends one
 * session to many clients, and refuses a wrong password in its own words. Speaks no TLS.
 */
final class PoolerRelay implements AutoCloseable {
    private static final int BACKEND_KEY_DATA = 'K';
    private static final int ERROR = 'E';
    private static final byte[] REFUSAL = "SFATAL\0C08P01\0MSASL authentication failed\0\0".getBytes(ISO_8859_1);

    private final Endpoint server;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    PoolerRelay(Endpoint server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", listener.getLocalPort());
    }

    /** Everything that clients have sent. */
    String heard() {
        synchronized (heard) {
            return heard.toString(ISO_8859_1);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // One side has gone, and so does the other.
                    }
                },
                "pooler");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket behind = new Socket(server.host(), server.port());
            open.add(client);
            open.add(behind);
            start(() -> {
                try (client;
                        behind) {
                    listen(client.getInputStream(), behind.getOutputStream());
                }
            });
            start(() -> {
                try (client;
                        behind) {
                    answer(
                            new DataInputStream(behind.getInputStream()),
                            new DataOutputStream(client.getOutputStream()));
                }
            });
        }
    }

    private void listen(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            synchronized (heard) {
                heard.write(buffer, 0, read);
            }
            to.write(buffer, 0, read);
        }
    }

    /** Message by message (manual, chapter 55): a letter, a length that counts itself, a body. */
    private static void answer(DataInputStream from, DataOutputStream to) throws IOException {
        while (true) {
            int type = from.readByte();
            int length = from.readInt();
            byte[] body = from.readNBytes(length - Integer.BYTES);
            if (type == BACKEND_KEY_DATA) {
                body[0] ^= 0x40;
            } else if (type == ERROR && new String(body, ISO_8859_1).contains("C28P01\0")) {
                body = REFUSAL;
            }
            to.writeByte(type);
            to.writeInt(body.length + Integer.BYTES);
            to.write(body);
            to.flush();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
