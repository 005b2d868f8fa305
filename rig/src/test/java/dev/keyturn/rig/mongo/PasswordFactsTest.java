package dev.keyturn.rig.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.keyturn.rig.MongoShare;
import dev.keyturn.rig.OnMongo;
import dev.keyturn.rig.PrivateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnMongo
@Timeout(300)
class PasswordFactsTest {
    @Test
    void aUserHasOnePasswordSoTheOldOneIsRefusedAtOnce(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        assertThat(Users.tryLogin(mongo, "app", "old")).isZero();
        Users.setPassword(mongo.database(), "app", "new");
        assertThat(Users.tryLogin(mongo, "app", "new")).isZero();
        assertThat(Users.tryLogin(mongo, "app", "old")).isEqualTo(Users.REFUSED);
    }

    @Test
    void aWrongPasswordAndAUserWhoDoesNotExistGetTheSameAnswer(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        assertThat(Users.tryLogin(mongo, "app", "wrong")).isEqualTo(Users.REFUSED);
        assertThat(Users.tryLogin(mongo, "nobody", "wrong")).isEqualTo(Users.REFUSED);
    }

    @Test
    void theSamePasswordSetTwiceIsSaltedAnew(MongoShare mongo) {
        Users.create(mongo.database(), "app", "same", "readWrite");
        Object before = Users.info(mongo.database(), "app").get("credentials");
        Users.setPassword(mongo.database(), "app", "same");
        assertThat(Users.info(mongo.database(), "app").get("credentials")).isNotEqualTo(before);
        assertThat(Users.tryLogin(mongo, "app", "same")).isZero();
    }

    @Test
    void aPasswordIsStoredForBothMechanismsUnlessToldOtherwise(MongoShare mongo) {
        mongo.database()
                .runCommand(
                        new Document("createUser", "both").append("pwd", "old").append("roles", List.of()));
        assertThat(credentials(mongo, "both")).containsOnlyKeys("SCRAM-SHA-1", "SCRAM-SHA-256");
        Users.create(mongo.database(), "app", "old", "readWrite");
        assertThat(credentials(mongo, "app")).containsOnlyKeys("SCRAM-SHA-256");
        assertThat(((Document) credentials(mongo, "app").get("SCRAM-SHA-256")).getInteger("iterationCount"))
                .isEqualTo(15_000);
    }

    /** SCRAM-SHA-1 rests on MD5: a user that was without it must not get it back by a rotation. */
    @Test
    void updateUserAddsTheWeakMechanismToAUserThatWasWithoutUnlessItNamesTheMechanisms(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        mongo.database().runCommand(new Document("updateUser", "app").append("pwd", "new"));
        assertThat(credentials(mongo, "app")).containsOnlyKeys("SCRAM-SHA-1", "SCRAM-SHA-256");
        Users.setPassword(mongo.database(), "app", "newer");
        assertThat(credentials(mongo, "app")).containsOnlyKeys("SCRAM-SHA-256");
    }

    @Test
    void updateUserLeavesRolesAndIdentityAlone(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite", "dbAdmin");
        Document before = Users.info(mongo.database(), "app");
        Users.setPassword(mongo.database(), "app", "new");
        Document after = Users.info(mongo.database(), "app");
        assertThat(after.get("roles")).isEqualTo(before.get("roles"));
        assertThat(after.get("userId")).isEqualTo(before.get("userId"));
    }

    @Test
    void rolesNamedInUpdateUserReplaceAllThatWereThere(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite", "dbAdmin");
        mongo.database()
                .runCommand(
                        new Document("updateUser", "app").append("pwd", "new").append("roles", List.of("read")));
        assertThat(Users.info(mongo.database(), "app").getList("roles", Document.class))
                .singleElement()
                .satisfies(role -> assertThat(role.getString("role")).isEqualTo("read"));
    }

    @Test
    void aUserDroppedAndMadeAgainIsAnotherOneAndItsSessionsEnd(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        Object identity = Users.info(mongo.database(), "app").get("userId");
        try (MongoClient client = Users.login(mongo, "app", "old")) {
            MongoDatabase database = client.getDatabase(mongo.name());
            database.getCollection("rows").insertOne(new Document("n", 1));
            mongo.database().runCommand(new Document("dropUser", "app"));
            Users.create(mongo.database(), "app", "old", "readWrite");
            assertThat(Users.info(mongo.database(), "app").get("userId")).isNotEqualTo(identity);
            assertThat(Users.codeOf(() -> database.getCollection("rows").countDocuments()))
                    .as("an open connection, although user and password are as before")
                    .isEqualTo(Users.UNAUTHORIZED);
        }
        assertThat(Users.tryLogin(mongo, "app", "old")).isZero();
    }

    @Test
    void aUserMayChangeItsOwnPasswordOnlyWithARoleThatSaysSo(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        assertThat(changeOwn(mongo, "old", "new")).isEqualTo(Users.UNAUTHORIZED);
        mongo.database()
                .runCommand(new Document("createRole", "rotateSelf")
                        .append(
                                "privileges",
                                List.of(new Document(
                                                "resource", new Document("db", mongo.name()).append("collection", ""))
                                        .append("actions", List.of("changeOwnPassword"))))
                        .append("roles", List.of()));
        mongo.database().runCommand(new Document("grantRolesToUser", "app").append("roles", List.of("rotateSelf")));
        assertThat(changeOwn(mongo, "old", "new")).isZero();
        assertThat(Users.tryLogin(mongo, "app", "new")).isZero();
    }

    @Test
    void aUserOfAnotherDatabaseIsAnotherUser(MongoShare mongo) {
        Users.create(mongo.database(), "app", "old", "readWrite");
        try (MongoClient client = Users.login(mongo.host(), mongo.port(), "admin", "app", "old", settings -> {})) {
            assertThat(Users.codeOf(() -> client.getDatabase(mongo.name()).runCommand(new Document("ping", 1))))
                    .isEqualTo(Users.REFUSED);
        }
    }

    @Test
    void whatWasAcknowledgedOutlivesAServerThatIsKilled(@TempDir Path folder) throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        try (PrivateServer server = PrivateServer.mongod(data)) {
            firstAdministrator(server.port());
            try (MongoClient admin = admin(server.port(), "old")) {
                admin.getDatabase("shop")
                        .getCollection("rows")
                        .withWriteConcern(WriteConcern.JOURNALED)
                        .insertMany(IntStream.range(0, 500)
                                .mapToObj(n -> new Document("n", n))
                                .toList());
                Users.setPassword(admin.getDatabase("admin"), "root", "new");
            }
            server.kill();
            server.start();
            try (MongoClient admin = admin(server.port(), "new")) {
                assertThat(admin.getDatabase("shop").getCollection("rows").countDocuments())
                        .isEqualTo(500);
            }
            try (MongoClient admin = admin(server.port(), "old")) {
                assertThat(Users.codeOf(() -> admin.getDatabase("admin").runCommand(new Document("ping", 1))))
                        .isEqualTo(Users.REFUSED);
            }
        }
    }

    private static int changeOwn(MongoShare mongo, String password, String next) {
        try (MongoClient client = Users.login(mongo, "app", password)) {
            return Users.codeOf(() -> Users.setPassword(client.getDatabase(mongo.name()), "app", next));
        }
    }

    private static Document credentials(MongoShare mongo, String user) {
        return Users.info(mongo.database(), user).get("credentials", Document.class);
    }

    private static MongoClient admin(int port, String password) {
        return Users.login("127.0.0.1", port, "admin", "root", password, settings -> {});
    }

    /** Who connects from this machine while there is no user may make the first. */
    private static void firstAdministrator(int port) {
        try (MongoClient anybody = MongoClients.create("mongodb://127.0.0.1:" + port + "/?directConnection=true")) {
            Users.create(anybody.getDatabase("admin"), "root", "old", "root");
        }
    }
}
