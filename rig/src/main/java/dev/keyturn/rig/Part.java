package dev.keyturn.rig;

import dev.keyturn.testkit.Need;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A part of the rig: one script of {@code .ci/rig}, one kind of server. */
enum Part {
    TEMPORAL("KEYTURN_RIG_TEMPORAL_ADDRESS"),
    MONGODB("KEYTURN_RIG_MONGO_URI"),
    DOCKER("KEYTURN_RIG_DOCKER_HOST"),
    KUBERNETES("KEYTURN_RIG_KUBECONFIG");

    /** Looked up once a process: a part that is down would take each test the time in which its client gives up. */
    private static final Map<Part, Optional<String>> ABSENCES = new ConcurrentHashMap<>();

    private final String telling;

    Part(String telling) {
        this.telling = telling;
    }

    /** Whether the variables of this part are set, which its script prints when it is up, and something answers there. */
    boolean isUp() {
        return absence().isEmpty();
    }

    /** The name of its script. */
    String script() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a test lacks without it; only while it is not up. */
    Need need() {
        return new Need(script(), absence().orElseThrow(), ".ci/rig/all up {}; eval \"$(.ci/rig/all env)\"");
    }

    /** For what the rig alone has, and no container that stands for it. */
    void leavesOutUnlessUp() {
        if (!isUp()) {
            need().leavesOutUnless(false);
        }
    }

    private Optional<String> absence() {
        return ABSENCES.computeIfAbsent(
                this,
                part -> Variables.isSet(telling)
                        ? knock(Variables.get(telling)).map(found -> telling + " is set, but " + found)
                        : Optional.of(telling + " is not set"));
    }

    private Optional<String> knock(String value) {
        return switch (this) {
            case TEMPORAL -> Knock.at("tcp://" + value);
            case MONGODB -> Knock.atMongo(value);
            case DOCKER -> Knock.at(value);
            case KUBERNETES -> Knock.atCluster(value);
        };
    }
}
