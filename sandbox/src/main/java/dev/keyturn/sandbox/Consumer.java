package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that uses secrets as most applications do: it reads them once, when it starts, and then logs in anew with what it
 * read, again and again. It exits with status 3 if one of its first logins fails, and with 2 if it cannot be set up at all. Each login
 * is a line of its journal, see {@link Traffic}. {@code /health} answers 200 while the last login to every target has
 * succeeded, otherwise 503.
 *
 * <p>It starts with plain sockets and the driver alone: what it takes to start is part of every gap that is measured.
 */
public final class Consumer {
    private final ConsumerConfig config;
    private final FileChannel journal;
    private final Map<String, Boolean> last = new ConcurrentHashMap<>();
    private final AtomicLong logins = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    private Consumer(ConsumerConfig config) throws IOException {
        this.config = config;
        journal = FileChannel.open(config.journal(), CREATE, APPEND);
    }

    /** Takes one argument: the file that {@link ConsumerHandle} wrote. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            ConsumerConfig config = ConsumerConfig.load(Path.of(arguments[0]));
            ServerSocket health = new ServerSocket(config.healthPort(), 50, InetAddress.getLoopbackAddress());
            new Consumer(config).run(health);
        } catch (IOException | IllegalArgumentException e) {
            end(2, "cannot start: " + e.getMessage());
        }
    }

    private void run(ServerSocket health) throws IOException, InterruptedException {
        Map<String, LoginTarget.Access> accesses = config.read();
        List<Thread> first = accesses.entrySet().stream()
                .map(e -> start(() -> firstLogin(e.getKey(), e.getValue())))
                .toList();
        for (Thread login : first) {
            login.join();
        }
        accesses.forEach((name, access) -> start(() -> keepLoggingIn(name, access)));
        Path ready = config.folder().resolve("ready.new");
        Files.writeString(ready, ProcessHandle.current().pid() + "\n");
        Files.move(ready, config.ready());
        serve(health);
    }

    private void firstLogin(String name, LoginTarget.Access access) {
        Traffic.Attempt attempt = LoginTraffic.attempt(name, access);
        note(attempt);
        if (!attempt.succeeded()) {
            end(3, "the first login to " + name + " failed: " + attempt.failure());
        }
    }

    private void keepLoggingIn(String name, LoginTarget.Access access) {
        long interval = config.interval().toNanos();
        for (long next = System.nanoTime() + interval; ; next = Math.max(next + interval, System.nanoTime())) {
            for (long left; (left = next - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
            note(LoginTraffic.attempt(name, access));
        }
    }

    private void note(Traffic.Attempt attempt) {
        (attempt.succeeded() ? logins : failures).incrementAndGet();
        last.put(attempt.target(), attempt.succeeded());
        try {
            // One write a line: an old and a new consumer may append at the same time.
            journal.write(ByteBuffer.wrap(attempt.line().getBytes(UTF_8)));
        } catch (IOException e) {
            end(4, "cannot write its journal: " + e.getClass().getSimpleName());
        }
    }

    private void serve(ServerSocket health) throws IOException {
        while (true) {
            try (Socket client = health.accept()) {
                client.setSoTimeout(1_000);
                answer(client);
            } catch (IOException e) {
                if (health.isClosed()) {
                    throw e;
                }
                // One client went away or said nothing; the next one is served.
            }
        }
    }

    private void answer(Socket client) throws IOException {
        boolean known = readHead(client.getInputStream()).startsWith("GET /health ");
        boolean works = !last.containsValue(false);
        String status = known ? works ? "200 OK" : "503 Service Unavailable" : "404 Not Found";
        String body = "{\"logins\":" + logins + ",\"failures\":" + failures + "}\n";
        String answer = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
        client.getOutputStream().write(answer.getBytes(UTF_8));
        client.shutdownOutput();
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int c; head.length() < 8_192 && (c = in.read()) >= 0; ) {
            head.append((char) c);
            if (c == '\n' && head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    /** Ends at once, whatever the other threads do. */
    private static void end(int status, String why) {
        System.err.println("consumer: " + why);
        Runtime.getRuntime().halt(status);
    }
}
