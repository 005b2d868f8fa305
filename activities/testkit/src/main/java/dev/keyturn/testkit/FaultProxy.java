package dev.keyturn.testkit;

import dev.keyturn.spi.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay on a random local port that can go wrong on demand. It starts by passing everything on; each method that
 * names a fault replaces the fault before it, also for the connections that are open.
 *
 * <p>A <em>request</em> is what the client sends in one piece, which is exact for a client that sends a message at once
 * and waits for its answer (as drivers of PostgreSQL and Redis do). Requests are counted over all connections from the moment a fault is set.
 * After a cut every connection is closed and new ones are refused, until {@link #pass()}.
 */
public final class FaultProxy implements AutoCloseable {
    private enum Fault {
        NONE,
        REFUSE,
        HANG,
        DELAY,
        CUT_AFTER_BYTES,
        CUT_BEFORE_REQUEST,
        CUT_BEFORE_REPLY
    }

    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

    private final String host;
    private final int port;
    private final int localPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private ServerSocket listener;
    private Fault fault = Fault.NONE;
    private long limit;
    private long requests;
    private long repliedBytes;
    private Socket unanswered;
    private boolean cut;
    private Thread accepting;
    private boolean closed;

    private FaultProxy(String host, int port) {
        this.host = host;
        this.port = port;
        try {
            listener = new ServerSocket(0, 0, LOCAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        localPort = listener.getLocalPort();
        accept(listener);
    }

    /** A relay to this address, which need not answer yet. */
    public static FaultProxy to(String host, int port) {
        return new FaultProxy(host, port);
    }

    public static FaultProxy to(Endpoint server) {
        return new FaultProxy(server.host(), server.port());
    }

    /** Where clients connect. */
    public Endpoint endpoint() {
        return new Endpoint(LOCAL.getHostAddress(), localPort);
    }

    /** Passes everything on, also what a hanging connection has waiting. */
    public void pass() {
        set(Fault.NONE, 0);
    }

    /** Closes every connection and takes no new one: the port is shut. */
    public void refuse() {
        set(Fault.REFUSE, 0);
        stopListening();
        closeAll();
    }

    /** Takes connections and says nothing, on the open ones too. */
    public void hang() {
        set(Fault.HANG, 0);
    }

    /** Passes every piece on after this time. */
    public void delay(Duration time) {
        set(Fault.DELAY, time.toMillis());
    }

    /** Cuts once this many more bytes have come from the server; they are passed on. */
    public void cutAfter(long bytes) {
        set(Fault.CUT_AFTER_BYTES, bytes);
    }

    /** Cuts when the k-th request from now arrives, counted from 1; the server never sees it. */
    public void cutBeforeRequest(int k) {
        set(Fault.CUT_BEFORE_REQUEST, k);
    }

    /** Cuts when the server answers the k-th request from now, counted from 1: it has acted, and nobody learns of it. */
    public void cutBeforeReply(int k) {
        set(Fault.CUT_BEFORE_REPLY, k);
    }

    /** Whether the fault that was set last has cut. */
    public synchronized boolean hasCut() {
        return cut;
    }

    /** The requests since a fault was set last. */
    public synchronized long requests() {
        return requests;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        stopListening();
        closeAll();
    }

    private void set(Fault next, long number) {
        synchronized (this) {
            fault = next;
            limit = number;
            requests = 0;
            repliedBytes = 0;
            unanswered = null;
            cut = false;
            notifyAll();
        }
        if (next != Fault.REFUSE) {
            listen();
        }
    }

    private synchronized void listen() {
        if (closed || !listener.isClosed()) {
            return;
        }
        try {
            ServerSocket again = new ServerSocket();
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(LOCAL, localPort));
            listener = again;
            accept(again);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + localPort + " was taken while the proxy refused", e);
        }
    }

    private synchronized void stopListening() {
        try {
            listener.close();
            // The kernel keeps the port open for as long as a thread waits in it.
            accepting.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isShut() {
        return closed || cut || fault == Fault.REFUSE;
    }

    private void closeAll() {
        open.forEach(FaultProxy::closeQuietly);
    }

    private void accept(ServerSocket on) {
        accepting = start("accept", () -> {
            while (!on.isClosed()) {
                try {
                    Socket client = on.accept();
                    open.add(client);
                    start("connect", () -> relay(client));
                } catch (IOException e) {
                    return; // closed: refusing, or the end
                }
            }
        });
    }

    private void relay(Socket client) {
        Socket server = new Socket();
        open.add(server);
        if (isShut()) {
            end(client, server);
            return;
        }
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(new InetSocketAddress(host, port), 10_000);
            start("reply", () -> pump(server, client, client, false));
            pump(client, server, client, true);
        } catch (IOException e) {
            end(client, server);
        }
    }

    private void pump(Socket from, Socket to, Socket client, boolean isRequest) {
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
                int passed = isRequest ? request(client, n) : reply(client, n);
                to.getOutputStream().write(buffer, 0, passed);
                if (hasCut()) {
                    break;
                }
            }
        } catch (IOException e) {
            // Either side went away: the other one learns of it below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Whoever sees its connection end may connect anew at once, and must be refused by then.
        cutIfDue();
        end(from, to);
        if (!isRequest) {
            cutIfUnanswered(client);
            cutIfDue();
        }
    }

    /** A farewell has no answer but the end of the connection. */
    private synchronized void cutIfUnanswered(Socket client) {
        if (fault == Fault.CUT_BEFORE_REPLY && unanswered == client) {
            cut = true;
        }
    }

    /** How many of these bytes to pass on to the server; waits as long as the fault says. */
    private synchronized int request(Socket client, int n) throws InterruptedException {
        requests++;
        hold();
        if (fault == Fault.CUT_BEFORE_REQUEST && requests == limit) {
            cut = true;
            return 0;
        }
        if (fault == Fault.CUT_BEFORE_REPLY && requests == limit) {
            unanswered = client;
        }
        return cut ? 0 : n;
    }

    private synchronized int reply(Socket client, int n) throws InterruptedException {
        hold();
        if (cut || (fault == Fault.CUT_BEFORE_REPLY && unanswered == client)) {
            cut = true;
            return 0;
        }
        repliedBytes += n;
        if (fault == Fault.CUT_AFTER_BYTES && repliedBytes >= limit) {
            cut = true;
            return (int) (n - (repliedBytes - limit));
        }
        return n;
    }

    private void hold() throws InterruptedException {
        if (fault == Fault.DELAY) {
            long until = System.nanoTime() + limit * 1_000_000;
            for (long left; fault == Fault.DELAY && !closed && (left = until - System.nanoTime()) > 0; ) {
                wait(Math.max(1, left / 1_000_000));
            }
        }
        while (fault == Fault.HANG && !closed) {
            wait();
        }
    }

    private void cutIfDue() {
        if (hasCut()) {
            stopListening();
            closeAll();
        }
    }

    private void end(Socket one, Socket other) {
        closeQuietly(one);
        closeQuietly(other);
        open.remove(one);
        open.remove(other);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (SocketException e) {
            // Already reset by the other side.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread start(String what, Runnable work) {
        Thread thread = new Thread(work, "fault-proxy-" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
