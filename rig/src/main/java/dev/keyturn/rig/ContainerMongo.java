package dev.keyturn.rig;

import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.time.Duration;
import java.util.UUID;
import org.bson.Document;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** MongoDB by Testcontainers, one a process; Testcontainers removes it when the process ends. */
final class ContainerMongo {
    static final DockerImageName IMAGE = DockerImageName.parse("mongo:6.0");
    private static final int PORT = 27017;
    private static final Duration BOUND = Duration.ofMinutes(2);

    /** The image wants no key file for logins, but a replica set with logins does, even with one member. */
    private static final String START =
            "head -c 96 /dev/urandom | base64 -w0 > /tmp/key && chmod 400 /tmp/key && chown mongodb /tmp/key"
                    + " && exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /tmp/key";

    private ContainerMongo() {}

    static String uri() {
        return Started.URI;
    }

    private static final class Started {
        static final String URI = start();

        @SuppressWarnings("resource") // Testcontainers ends it with the process
        private static String start() {
            String password = UUID.randomUUID().toString();
            GenericContainer<?> container = new GenericContainer<>(IMAGE)
                    .withEnv("MONGO_INITDB_ROOT_USERNAME", "admin")
                    .withEnv("MONGO_INITDB_ROOT_PASSWORD", password)
                    .withCreateContainerCmdModifier(create -> create.withEntrypoint("bash", "-c", START))
                    .withExposedPorts(PORT);
            container.start();
            String uri = "mongodb://admin:" + password + "@" + container.getHost() + ":" + container.getMappedPort(PORT)
                    + "/?directConnection=true&authSource=admin";
            // A server that makes the first user comes and goes before the one that stays; none but that one is reached
            // from here.
            try (MongoClient client = MongoClients.create(uri)) {
                // In this thread: another one would wait for this class to be initialised, which waits for it.
                await().pollInSameThread()
                        .atMost(BOUND)
                        .ignoreExceptions()
                        .until(() -> isPrimary(client) || isPrimaryOnceInitiated(client));
            }
            return uri;
        }

        /** Initiating twice is refused by the server, and so as good as once. */
        private static boolean isPrimaryOnceInitiated(MongoClient client) {
            client.getDatabase("admin")
                    .runCommand(Document.parse(
                            "{replSetInitiate: {_id: 'rs0', members: [{_id: 0, host: '127.0.0.1:27017'}]}}"));
            return isPrimary(client);
        }

        private static boolean isPrimary(MongoClient client) {
            return client.getDatabase("admin")
                    .runCommand(new Document("hello", 1))
                    .getBoolean("isWritablePrimary");
        }
    }
}
