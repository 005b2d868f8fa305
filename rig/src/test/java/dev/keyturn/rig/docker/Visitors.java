package dev.keyturn.rig.docker;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.rig.DockerShare;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** The traffic client in a container, for addresses that only the containers of a network reach. */
final class Visitors {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final DockerShare docker;
    private final String container;

    private Visitors(DockerShare docker, String container) {
        this.docker = docker;
        this.container = container;
    }

    /** Returns when the address has given a good answer. */
    static Visitors of(DockerShare docker, String container, String network, String url) {
        docker.docker(
                        "run",
                        "-d",
                        "--name",
                        container,
                        "--network",
                        network,
                        docker.traffic(),
                        "--every",
                        "50",
                        "--wait",
                        "60",
                        "--report",
                        "0.2",
                        url)
                .expectSuccess();
        Visitors visitors = new Visitors(docker, container);
        await().atMost(LONGEST).until(() -> !visitors.events("started").isEmpty());
        return visitors;
    }

    /** Returns when they have asked so many times more. */
    void awaitMore(int requests) {
        int before = requests();
        await().atMost(LONGEST).until(() -> requests() >= before + requests);
    }

    /** Returns when a request has failed. */
    void awaitFailure() {
        await().atMost(LONGEST).until(() -> !events("failed").isEmpty());
    }

    /** Ends them; each request that failed. */
    List<JsonNode> end() {
        docker.docker("stop", container).expectSuccess();
        if (events("ended").isEmpty()) {
            throw new IllegalStateException("the traffic client ended without a report");
        }
        return events("failed");
    }

    private int requests() {
        List<JsonNode> reports = events("report");
        return reports.isEmpty()
                ? 0
                : reports.get(reports.size() - 1).get("requests").asInt();
    }

    private List<JsonNode> events(String kind) {
        ObjectMapper mapper = new ObjectMapper();
        return docker.docker("logs", container)
                .expectSuccess()
                .text()
                .lines()
                .map(line -> {
                    try {
                        return mapper.readTree(line);
                    } catch (JsonProcessingException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .filter(event -> event.get("event").asText().equals(kind))
                .toList();
    }
}
