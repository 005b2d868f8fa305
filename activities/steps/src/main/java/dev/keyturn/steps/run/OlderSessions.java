package dev.keyturn.steps.run;

import dev.keyturn.steps.manifest.Server;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.workflows.contract.Purpose;
import java.util.Collection;

/** Sessions of Keyturn's own, which earlier holders of the lease and earlier tries of this one left on servers. */
final class OlderSessions {
    private OlderSessions() {}

    /** On every server whose accounts the run is about. */
    static Effect end(Journey journey) {
        return end(journey, journey.manifest().servers().values());
    }

    /** On those of these servers whose accounts the run is about. */
    static Effect end(Journey journey, Collection<Server> where) {
        if (journey.run().purpose() == Purpose.IMPORT) {
            return Effect.NOTHING;
        }
        int ended = 0;
        try (Servers servers = journey.servers()) {
            for (Server server : where) {
                boolean concerned = journey.subjects().stream()
                        .anyMatch(s -> s.course().isPassword()
                                && s.secret().account().orElseThrow().server().equals(server.name()));
                if (concerned) {
                    ended += servers.get(server).endOlderSessions(journey.fence());
                }
            }
        }
        return Effect.of(ended > 0, ended + " sessions of earlier holders ended");
    }
}
