package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.keyturn.rig.OnDocker;
import dev.keyturn.rig.Traffic;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnDocker
@Timeout(480)
class TrafficTest {
    @Test
    void eachFailedRequestIsToldWithItsTimeAndTheGapIsMeasured(@TempDir Path folder) throws Exception {
        AtomicInteger status = new AtomicInteger(200);
        AtomicInteger answers = new AtomicInteger();
        CountDownLatch failed = new CountDownLatch(3);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            answers.incrementAndGet();
            int answer = status.get();
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
            if (answer == 503) {
                failed.countDown();
                if (failed.getCount() == 0) {
                    status.set(200);
                }
            }
        });
        server.start();
        Instant begin = Instant.now();
        try (Traffic traffic = Traffic.to(
                folder.resolve("records"),
                "http://127.0.0.1:" + server.getAddress().getPort() + "/")) {
            status.set(503);
            failed.await();
            int before = answers.get();
            await().atMost(Duration.ofMinutes(1)).until(() -> answers.get() >= before + 3);
            Traffic.Report report = traffic.end();
            assertThat(report.failures()).hasSize(3).allSatisfy(failure -> {
                assertThat(failure.sent()).isBetween(begin.minusSeconds(1), Instant.now());
                assertThat(failure.reason()).startsWith("503");
            });
            assertThat(report.requests()).isGreaterThan(3);
            assertThat(report.longestGap()).isPositive().isLessThan(Duration.ofSeconds(60));
        } finally {
            server.stop(0);
        }
    }
}
