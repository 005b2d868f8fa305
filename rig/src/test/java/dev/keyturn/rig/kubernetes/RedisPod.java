package dev.keyturn.rig.kubernetes;

import static org.awaitility.Awaitility.await;

import dev.keyturn.rig.KubernetesShare;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** A Redis server of one's own in a pod. Its users are made by what they accept. */
final class RedisPod {
    private static final String NAME = "redis";

    private final KubernetesClient client;
    private final String address;

    private RedisPod(KubernetesClient client, String address) {
        this.client = client;
        this.address = address;
    }

    /** Returns when it answers. Its pod is named {@code redis}. */
    static RedisPod start(KubernetesShare share) {
        KubernetesClient client = share.client();
        String address = Cluster.ready(
                        client,
                        NAME,
                        new PodSpecBuilder()
                                .withTerminationGracePeriodSeconds(1L)
                                .withAutomountServiceAccountToken(false)
                                .addNewContainer()
                                .withName(NAME)
                                .withImage(share.redis())
                                .endContainer()
                                .build())
                .getStatus()
                .getPodIP();
        await().atMost(Cluster.LONGEST)
                .until(() -> Cluster.exec(client, NAME, "redis-cli", "ping").equals("PONG"));
        return new RedisPod(client, address);
    }

    /** From now on a user logs in with these passwords and with no other one; who is connected already stays so. */
    void accept(String user, String... passwords) {
        String rules = "on resetpass ~* +@all";
        for (String password : passwords) {
            rules += " >" + password;
        }
        String said = Cluster.exec(client, NAME, "sh", "-c", "redis-cli ACL SETUSER " + user + " " + quoted(rules));
        if (!said.equals("OK")) {
            throw new IllegalStateException("Redis did not change user " + user + ": " + said);
        }
    }

    String url(String user, String password) {
        return "redis://" + user + ":" + password + "@" + address + ":6379/0";
    }

    /** Each rule is an argument of its own, and none of them is for the shell. */
    private static String quoted(String rules) {
        return "'" + rules.replace(" ", "' '") + "'";
    }
}
