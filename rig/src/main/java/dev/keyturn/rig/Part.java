package dev.keyturn.rig;

import dev.keyturn.testkit.Need;
import java.util.Locale;

/** A part of the rig: one script of {@code .ci/rig}, one kind of server. */
enum Part {
    TEMPORAL("KEYTURN_RIG_TEMPORAL_ADDRESS"),
    MONGODB("KEYTURN_RIG_MONGO_URI"),
    DOCKER("KEYTURN_RIG_DOCKER_HOST"),
    KUBERNETES("KEYTURN_RIG_KUBECONFIG");

    private final String telling;

    Part(String telling) {
        this.telling = telling;
    }

    /** Whether the variables of this part are set, which its script prints when it is up. */
    boolean isUp() {
        return Variables.isSet(telling);
    }

    /** The name of its script. */
    String script() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a test lacks without it. */
    Need need() {
        return new Need(script(), telling + " is not set", ".ci/rig/all up {}; eval \"$(.ci/rig/all env)\"");
    }
}
