package dev.keyturn.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Settings;
import dev.keyturn.testkit.CheckContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The HTTP check keeps what every check keeps. */
@Timeout(60)
class HttpContractTest extends CheckContract {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Answer answer = exchange -> reply(exchange, 200, "all is well");
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer.to(exchange));
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Override
    protected Check open(Duration time) {
        return open("http://127.0.0.1:" + server.getAddress().getPort() + "/health", time);
    }

    @Override
    protected Check openImpossible() {
        return open("http://my_app:8000/health", Duration.ofSeconds(1));
    }

    private static Check open(String url, Duration time) {
        return new HttpTechnology()
                .open(new Settings(Map.of("url", url, "expect", 200L, "within", time, "every", Duration.ofMillis(50))));
    }

    @Override
    protected void breakService(SecretValue said) {
        answer = exchange -> {
            exchange.getResponseHeaders().add("X-Failed-Login", said.reveal());
            reply(
                    exchange,
                    500,
                    "no connection to postgres://app:" + said.reveal() + "@db/app password=" + said.reveal());
        };
    }

    @Override
    protected void silenceService() {
        answer = exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Override
    protected void mendService() {
        answer = exchange -> reply(exchange, 200, "all is well");
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }
}
