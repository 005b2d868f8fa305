package dev.keyturn.rig.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.ConnectionCreatedEvent;
import com.mongodb.event.ConnectionPoolClearedEvent;
import com.mongodb.event.ConnectionPoolListener;
import dev.keyturn.rig.MongoShare;
import dev.keyturn.rig.OnMongo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnMongo
@Timeout(300)
class SessionFactsTest {
    @Test
    void anOpenConnectionOutlivesAPasswordChange(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        try (MongoClient client = pool(mongo, new Pool())) {
            MongoDatabase database = client.getDatabase(mongo.name());
            database.getCollection("rows").insertOne(new Document("n", 1));
            Users.setPassword(mongo.database(), "app", "new");
            database.getCollection("rows").insertOne(new Document("n", 2));
            assertThat(database.getCollection("rows").countDocuments()).isEqualTo(2);
        }
    }

    @Test
    void aPoolThatGrowsAfterTheChangeFailsIsClearedAndFailsFromThenOn(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        Pool pool = new Pool();
        try (MongoClient client = pool(mongo, pool)) {
            MongoDatabase database = client.getDatabase(mongo.name());
            database.getCollection("rows").insertOne(new Document("n", 1));
            int connections = pool.created.get();
            Users.setPassword(mongo.database(), "app", "new");

            assertThat(grow(client, database))
                    .as("a second connection has to log in")
                    .isEqualTo(Users.REFUSED);
            assertThat(pool.created).hasValueGreaterThan(connections);
            assertThat(pool.cleared).hasPositiveValue();
            assertThat(Users.codeOf(() -> database.getCollection("rows").countDocuments()))
                    .as("the connection that worked went with the pool: only a restart of the consumer helps")
                    .isEqualTo(Users.REFUSED);
        }
    }

    @Test
    void sessionsOfAUserAreFoundByTheAdministratorAndEndedByHand(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        try (MongoClient client = pool(mongo, new Pool())) {
            MongoDatabase database = client.getDatabase(mongo.name());
            database.getCollection("rows").insertOne(new Document("n", 1));
            Users.setPassword(mongo.database(), "app", "new");
            CompletableFuture<Integer> slow = waiting(client, database, Duration.ofMinutes(1));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !operationsOf(mongo, "app").isEmpty());
            for (Document operation : operationsOf(mongo, "app")) {
                mongo.admin()
                        .getDatabase("admin")
                        .runCommand(new Document("killOp", 1).append("op", operation.get("opid")));
            }
            assertThat(slow.join()).as("killed: interrupted").isEqualTo(11601);
            assertThat(Users.codeOf(() -> database.getCollection("rows").countDocuments()))
                    .as("the operation ended, the connection did not")
                    .isZero();
        }
    }

    @Test
    void aRoleTakenAwayIsGoneForOpenConnectionsAtOnce(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        try (MongoClient client = pool(mongo, new Pool())) {
            MongoDatabase database = client.getDatabase(mongo.name());
            database.getCollection("rows").insertOne(new Document("n", 1));
            mongo.database().runCommand(new Document("updateUser", "app").append("roles", List.of()));
            assertThat(Users.codeOf(() -> database.getCollection("rows").countDocuments()))
                    .isEqualTo(Users.UNAUTHORIZED);
        }
    }

    /** An operation that lasts: waiting for a change of a collection that nobody changes. The server's code when it ends. */
    private static CompletableFuture<Integer> waiting(MongoClient client, MongoDatabase database, Duration atMost) {
        ClientSession session = client.startSession();
        Document opened = database.runCommand(
                session,
                new Document("aggregate", "quiet")
                        .append("pipeline", List.of(new Document("$changeStream", new Document())))
                        .append("cursor", new Document()));
        Document next = new Document(
                        "getMore", opened.get("cursor", Document.class).getLong("id"))
                .append("collection", "quiet")
                .append("maxTimeMS", atMost.toMillis());
        return CompletableFuture.supplyAsync(() -> {
            try (session) {
                return Users.codeOf(() -> database.runCommand(session, next));
            }
        });
    }

    /** One connection is busy, so the next call needs another. Its code. */
    private static int grow(MongoClient client, MongoDatabase database) {
        CompletableFuture<Integer> busy = waiting(client, database, Duration.ofSeconds(6));
        int[] code = new int[1];
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            code[0] = Users.codeOf(() -> database.getCollection("rows").countDocuments());
            return code[0] != 0 || busy.isDone();
        });
        return code[0];
    }

    private static List<Document> operationsOf(MongoShare mongo, String user) {
        return mongo.admin()
                .getDatabase("admin")
                .aggregate(List.of(
                        new Document("$currentOp", new Document("allUsers", true)),
                        new Document(
                                "$match",
                                new Document("effectiveUsers.user", user).append("effectiveUsers.db", mongo.name()))))
                .into(new ArrayList<>());
    }

    private static MongoClient pool(MongoShare mongo, Pool pool) {
        return Users.login(
                mongo,
                "app",
                "old",
                settings -> settings.retryReads(false)
                        .retryWrites(false)
                        .applyToConnectionPoolSettings(
                                p -> p.minSize(0).maxSize(5).addConnectionPoolListener(pool)));
    }

    private static final class Pool implements ConnectionPoolListener {
        final AtomicInteger created = new AtomicInteger();
        final AtomicInteger cleared = new AtomicInteger();

        @Override
        public void connectionCreated(ConnectionCreatedEvent event) {
            created.incrementAndGet();
        }

        @Override
        public void connectionPoolCleared(ConnectionPoolClearedEvent event) {
            cleared.incrementAndGet();
        }
    }
}
