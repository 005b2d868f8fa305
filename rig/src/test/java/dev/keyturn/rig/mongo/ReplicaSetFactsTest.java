package dev.keyturn.rig.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.keyturn.rig.MongoShare;
import dev.keyturn.rig.OnMongo;
import dev.keyturn.rig.PrivateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only several members can show, and what a server that is alone cannot do. */
@OnMongo
@Timeout(480)
class ReplicaSetFactsTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** The server's code for a transaction where there is no replica set. */
    private static final int ILLEGAL_OPERATION = 20;

    /** The server's code for a write that it made and that too few members have acknowledged in time. */
    private static final int NOT_ACKNOWLEDGED = 64;

    @TempDir
    Path folder;

    private final List<PrivateServer> members = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(PrivateServer::close);
    }

    @Test
    void transactionsWantAReplicaSet(MongoShare mongo) throws IOException {
        assertThat(Users.codeOf(() -> insertInTransaction(mongo.admin(), mongo.name())))
                .as("a replica set of one")
                .isZero();
        assertThat(mongo.database().getCollection("rows").countDocuments()).isEqualTo(1);
        PrivateServer alone = PrivateServer.mongod(Files.createDirectory(folder.resolve("alone")));
        members.add(alone);
        firstAdministrator(alone);
        try (MongoClient client = root(alone, "first")) {
            assertThat(Users.codeOf(() -> insertInTransaction(client, "shop"))).isEqualTo(ILLEGAL_OPERATION);
        }
    }

    /** Both sides of {@code w: majority}, in one set because a set takes long to make. */
    @Test
    void aPasswordAcknowledgedByTheMajorityOutlivesThePrimaryAndOneByThePrimaryAloneIsTakenBack() throws IOException {
        setOfThree();
        PrivateServer first = primaryOf(members);
        List<PrivateServer> others =
                members.stream().filter(member -> member != first).toList();
        firstAdministrator(first);
        try (MongoClient client = root(first, "first")) {
            assertThat(changePassword(client, "second", new Document("w", "majority")))
                    .doesNotContainKey("writeConcernError");
            // From now on the primary is alone; it takes writes until it has missed the others for the election
            // timeout.
            others.forEach(PrivateServer::kill);
            assertThat(changePassword(client, "third", new Document("w", 1).append("j", true)))
                    .as("acknowledged")
                    .doesNotContainKey("writeConcernError");
            Document unsure = changePassword(client, "fourth", new Document("w", "majority").append("wtimeout", 100));
            assertThat(unsure.getDouble("ok"))
                    .as("neither the server nor the driver calls it an error")
                    .isEqualTo(1.0);
            assertThat(unsure.get("writeConcernError", Document.class).getInteger("code"))
                    .isEqualTo(NOT_ACKNOWLEDGED);
        }
        assertThat(login(first, "fourth")).as("made all the same").isZero();
        first.kill();

        others.forEach(PrivateServer::start);
        PrivateServer next = primaryOf(others);
        assertThat(login(next, "second")).as("the one of the majority").isZero();
        assertThat(login(next, "third")).isEqualTo(Users.REFUSED);
        assertThat(login(next, "fourth")).isEqualTo(Users.REFUSED);

        first.start();
        // It goes back to what the majority has as soon as it has found the others, and ends its connections for it.
        await("where it had been made, when that member is back")
                .atMost(LONGEST)
                .ignoreExceptions()
                .until(() -> login(first, "fourth") == Users.REFUSED && login(first, "second") == 0);
    }

    private void setOfThree() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "notASecretOnlyATestsKey");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        List<Document> config = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PrivateServer member = PrivateServer.mongod(
                    Files.createDirectory(folder.resolve("member-" + i)),
                    "--replSet",
                    "rs",
                    "--keyFile",
                    key.toString());
            members.add(member);
            config.add(new Document("_id", i).append("host", "127.0.0.1:" + member.port()));
        }
        try (MongoClient anybody = anybody(members.get(0))) {
            anybody.getDatabase("admin")
                    .runCommand(new Document(
                            "replSetInitiate",
                            new Document("_id", "rs")
                                    .append("members", config)
                                    .append(
                                            "settings",
                                            new Document("electionTimeoutMillis", 5_000)
                                                    .append("heartbeatIntervalMillis", 500))));
        }
        PrivateServer first = primaryOf(members);
        await().atMost(LONGEST)
                .until(() -> members.stream()
                        .allMatch(member -> member == first || hello(member).getBoolean("secondary")));
    }

    private static PrivateServer primaryOf(List<PrivateServer> servers) {
        return await().atMost(LONGEST)
                .until(
                        () -> servers.stream()
                                .filter(server -> hello(server).getBoolean("isWritablePrimary"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static void firstAdministrator(PrivateServer server) {
        try (MongoClient anybody = anybody(server)) {
            Users.create(anybody.getDatabase("admin"), "root", "first", "root");
        }
    }

    private static Document changePassword(MongoClient client, String password, Document concern) {
        return client.getDatabase("admin")
                .runCommand(new Document("updateUser", "root")
                        .append("pwd", password)
                        .append("mechanisms", List.of("SCRAM-SHA-256"))
                        .append("writeConcern", concern));
    }

    private static void insertInTransaction(MongoClient client, String database) {
        MongoCollection<Document> rows = client.getDatabase(database).getCollection("rows");
        try (ClientSession session = client.startSession()) {
            session.startTransaction();
            rows.insertOne(session, new Document("n", 1));
            session.commitTransaction();
        }
    }

    private static int login(PrivateServer server, String password) {
        try (MongoClient client = root(server, password)) {
            return Users.codeOf(() -> client.getDatabase("admin").runCommand(new Document("ping", 1)));
        }
    }

    private static MongoClient root(PrivateServer server, String password) {
        return Users.login("127.0.0.1", server.port(), "admin", "root", password, settings -> {});
    }

    private static Document hello(PrivateServer server) {
        try (MongoClient client = anybody(server)) {
            return client.getDatabase("admin").runCommand(new Document("hello", 1));
        }
    }

    private static MongoClient anybody(PrivateServer server) {
        return MongoClients.create(
                "mongodb://127.0.0.1:" + server.port() + "/?directConnection=true&serverSelectionTimeoutMS=10000");
    }
}
