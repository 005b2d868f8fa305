package dev.keyturn.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpCheckTest {
    private final Progress progress = where -> {};
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private String base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        base = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theExpectedAnswerPasses() {
        answer("/health", 200, "all is well");
        assertThat(check("/health").run(progress).passed()).isTrue();
        assertThat(check("/health", "contains", "is well").run(progress).passed())
                .isTrue();
    }

    @Test
    void aServiceThatComesUpLateIsWaitedFor() {
        server.createContext("/", exchange -> reply(exchange, requests.incrementAndGet() < 4 ? 503 : 200, "x"));
        Check.Verdict verdict = check("/", "within", Duration.ofSeconds(30)).run(progress);
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.seen()).endsWith("answered 200 at try 4");
    }

    @Test
    void anotherStatusFailsWithWhatWasSeenScrubbed() {
        answer("/", 500, "login failed for postgres://app:canary@db/app " + "word ".repeat(100) + "\nsecond line");
        Check.Verdict verdict = check("/").run(progress);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.seen())
                .contains("status 500", "expected 200", "postgres://***@db/app")
                .doesNotContain("canary", "second line")
                .hasSizeLessThan(400);
    }

    @Test
    void aBodyWithoutTheTextFails() {
        answer("/", 200, "degraded");
        Check.Verdict verdict = check("/", "contains", "canary").run(progress);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.seen()).contains("without the text looked for").doesNotContain("canary");
    }

    @Test
    void aRedirectIsNotFollowed() {
        server.createContext("/login", exchange -> reply(exchange, 200, "welcome"));
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/login");
            reply(exchange, 302, "");
        });
        assertThat(check("/").run(progress).seen()).contains("status 302");
        assertThat(check("/", "expect", 302L).run(progress).passed()).isTrue();
    }

    @Test
    void aQueryIsSentAndNotShown() {
        server.createContext(
                "/",
                exchange -> reply(
                        exchange, "token=canary".equals(exchange.getRequestURI().getQuery()) ? 200 : 404, ""));
        assertThat(check("/?token=canary").run(progress)).satisfies(verdict -> {
            assertThat(verdict.passed()).isTrue();
            assertThat(verdict.seen()).doesNotContain("canary");
        });
    }

    @Test
    void nobodyThereFails() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Check.Verdict verdict = checkOf("http://127.0.0.1:" + port + "/").run(progress);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.seen()).contains("nobody accepts connections there");
    }

    @Test
    void aServerThatSaysNothingIsGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            long begin = System.nanoTime();
            Check.Verdict verdict =
                    checkOf("http://127.0.0.1:" + silent.getLocalPort() + "/").run(progress);
            assertThat(verdict.passed()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    /** As servers do that speak WebSocket and take any other upgrade for a mistake. */
    @Test
    void aServerThatRefusesEveryUpgradeIsAskedForNone() throws IOException {
        try (ServerSocket strict = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> answerUnlessUpgraded(strict));
            Check.Verdict verdict =
                    checkOf("http://127.0.0.1:" + strict.getLocalPort() + "/").run(progress);
            assertThat(verdict.passed()).as(verdict.seen()).isTrue();
        }
    }

    @Test
    void aBodyWithoutAnEndIsCut() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "yes ".repeat(4096).getBytes(UTF_8);
            try (var body = exchange.getResponseBody()) {
                while (true) {
                    body.write(block);
                }
            }
        });
        assertThat(check("/", "within", Duration.ofSeconds(30)).run(progress).passed())
                .isTrue();
    }

    @Test
    void aCancelledCheckStops() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            AtomicInteger calls = new AtomicInteger();
            Check check = checkOf("http://127.0.0.1:" + silent.getLocalPort() + "/", "within", Duration.ofSeconds(50));
            assertThatThrownBy(() -> check.run(where -> {
                        if (calls.incrementAndGet() == 3) {
                            throw new AdapterException(Reason.CANCELLED, "told to stop");
                        }
                    }))
                    .hasMessage("told to stop");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:canary@127.0.0.1/",
                "http://canary@127.0.0.1/",
                "http://u:canary@bad_host/",
                "http://user_name:canary/",
                "http://my_app:8000/canary",
                "http://127.0.0.1:99999/canary",
                "http://127.0.0.1:0/canary",
                "ftp://canary/",
                "canary",
                "http://",
                "http://can ary/",
                "http:///canary",
                ""
            })
    void aUrlThatCannotBeCheckedBlocksAndIsRefusedWithoutBeingQuoted(String url) {
        assertThat(checkOf(url).preflight()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKS);
            assertThat(finding.toString()).contains("setting url").doesNotContain("canary");
        });
        assertThatThrownBy(() -> checkOf(url).run(progress))
                .isInstanceOfSatisfying(
                        AdapterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION))
                .hasMessageNotContaining("canary");
    }

    @Test
    void aHostWithAnUnderscoreIsNamedWithTheWayOut() {
        assertThat(checkOf("http://my_app:8000/health").preflight())
                .singleElement()
                .satisfies(finding -> assertThat(finding.found()).contains("the host my_app,", "network alias"));
    }

    @Test
    void aStatusThatNoServerAnswersWithBlocks() {
        for (long status : new long[] {20, 600}) {
            assertThat(check("/", "expect", status).preflight()).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKS);
                assertThat(finding.object()).contains("setting expect");
                assertThat(finding.found()).contains("status " + status);
            });
        }
    }

    @Test
    void nobodyIsAskedBeforehand() {
        server.createContext("/", exchange -> reply(exchange, 200 + requests.incrementAndGet(), ""));
        assertThat(check("/").preflight()).isEmpty();
        assertThat(requests).hasValue(0);
    }

    @Test
    void theUrlIsTheFirstSetting() {
        assertThat(technology().settings().get(0).name()).isEqualTo("url");
        assertThat(technology().settings().get(0).required()).isTrue();
    }

    private static void answerUnlessUpgraded(ServerSocket at) {
        while (true) {
            try (Socket one = at.accept()) {
                BufferedReader request = new BufferedReader(new InputStreamReader(one.getInputStream(), US_ASCII));
                boolean upgrade = false;
                for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                    upgrade |= line.toLowerCase(Locale.ROOT).startsWith("upgrade:");
                }
                String status = upgrade ? "400 Bad Request" : "200 OK";
                one.getOutputStream()
                        .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                                .getBytes(US_ASCII));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(String path, int status, String body) {
        server.createContext(path, exchange -> reply(exchange, status, body));
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private Check check(String path, Object... settings) {
        return checkOf(base + path, settings);
    }

    private static Check checkOf(String url, Object... settings) {
        Map<String, Object> values = new HashMap<>(
                Map.of("url", url, "expect", 200L, "within", Duration.ofMillis(600), "every", Duration.ofMillis(20)));
        for (int i = 0; i < settings.length; i += 2) {
            values.put((String) settings[i], settings[i + 1]);
        }
        return technology().open(new Settings(values));
    }

    private static Technology.ForCheck technology() {
        return ServiceLoader.load(Technology.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.name().equals("http"))
                .map(Technology.ForCheck.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
